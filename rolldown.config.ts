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
    minifyInternalExports: false,
    codeSplitting: {
      // One job a file: what post needs stays small, and no program's entry may end up in a chunk that another one loads.
      groups: [
        { name: 'actions', test: /node_modules\/@actions\//, priority: 4 },
        { name: 'vendor', test: /node_modules\//, priority: 3 },
        {
          name: 'process',
          test: /\/src\/(adapters\/(actions|private-files|throttle)|report\/clean)\.ts$/,
          priority: 2,
        },
        { name: 'engine', test: /\/src\/(?!(main|post|cli|command-line)\.ts$)/, priority: 1 },
      ],
    },
  },
});
