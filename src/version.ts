// Written by scripts/generate.ts from package.json.
export const VERSION = '0.1.0';

/** What plans, manifests and documents say they were made by. */
export const TOOL = `kubestair/${VERSION}`;
