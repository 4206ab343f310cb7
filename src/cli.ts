#!/usr/bin/env node
// Before anything else is loaded: an older Node.js would fail with a syntax or import error that tells nobody why.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `error[INPUT_INVALID]: Kubestair needs Node.js 24 or newer, and this is ${process.version}.\n  next: Install Node.js 24, or run npx kubestair after npm ci, which brings it along.\n`,
  );
  process.exit(2);
}

const { runCommandLine } = await import('./command-line.ts');
process.exit(await runCommandLine(process.argv.slice(2)));

export {};
