/** src/version.ts, so that no program has to find package.json at run time. */
export function versionModule(version: string): () => string {
  return () => `// Written by scripts/generate.ts from package.json.
export const VERSION = '${version}';

/** What plans, manifests and documents say they were made by. */
export const TOOL = \`kubestair/\${VERSION}\`;
`;
}
