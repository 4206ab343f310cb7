import { defineConfig } from 'rolldown';

/**
 * Three programs that share chunks. Names carry no hashes, so that a change shows as a change of the same file; not
 * minified, so that what runs can be read and stack traces mean something.
 */
// biome-ignore lint/style/noDefaultExport: rolldown reads the default export
export default defineConfig({
  input: { main: 'src/main.ts', post: 'src/post.ts', cli: 'src/cli.ts' },
  platform: 'node',
  // It does not say so itself, and its generated clients of every API would add 1.2 MB that nothing calls.
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/@kubernetes\/client-node\//, sideEffects: false }],
  },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: {
      groups: [
        { name: 'actions', test: /node_modules\/@actions\// },
        { name: 'vendor', test: /node_modules\// },
        { name: 'kubestair', test: /\/src\// },
      ],
    },
  },
});
