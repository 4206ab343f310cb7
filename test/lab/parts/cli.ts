import { parseArgs } from 'node:util';
import { knownParts, toolPart } from './catalog.ts';
import { cleanCache } from './clean.ts';
import { ensureParts, missingParts } from './parts.ts';
import type { PartName, PartRef } from './recipes.ts';

const usage = `usage: node test/lab/parts/cli.ts list
       node test/lab/parts/cli.ts build NAME[@VERSION]…
       node test/lab/parts/cli.ts clean`;

const { positionals } = parseArgs({ allowPositionals: true });
const [command, ...names] = positionals;
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

try {
  await main();
} catch (error) {
  if (interrupt.signal.aborted) console.error('interrupted: run it again to go on where it stopped');
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  switch (command) {
    case 'list':
      return await list();
    case 'build':
      return await build();
    case 'clean':
      return await cleanCache(console.log);
    default:
      throw new Error(usage);
  }
}

async function list(): Promise<void> {
  const parts = knownParts();
  const missing = new Set(await missingParts(parts));
  for (const part of parts) {
    console.log(`${`${part.name}@${part.version}`.padEnd(24)} ${missing.has(part) ? 'not built' : 'built'}`);
  }
}

async function build(): Promise<void> {
  if (names.length === 0) throw new Error(usage);
  const parts = await ensureParts(names.map(parsePart), console.log, interrupt.signal);
  for (const [name, directory] of parts) console.log(`${name}\t${directory}`);
}

function parsePart(text: string): PartRef {
  const [name = '', version] = text.split('@');
  const known = knownParts().filter((part) => part.name === name);
  if (known.length === 0)
    throw new Error(
      `no part ${name}; known: ${[...new Set(knownParts().map((part) => part.name))].join(', ')}`,
    );
  return version === undefined ? toolPart(name as PartName) : { name: name as PartName, version };
}
