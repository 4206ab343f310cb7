#!/usr/bin/env node
// src/cli.ts
if (Number(process.versions.node.split(".")[0]) < 24) {
	process.stderr.write(`error[INPUT_INVALID]: Kubestair needs Node.js 24 or newer, and this is ${process.version}.\n  next: Install Node.js 24, or run npx kubestair after npm ci, which brings it along.\n`);
	process.exit(2);
}
const { runCommandLine } = await import("./chunks/command-line.js");
process.exit(await runCommandLine(process.argv.slice(2)));
export {};
