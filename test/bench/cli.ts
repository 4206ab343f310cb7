import { parseArgs } from 'node:util';
import { writeBetween } from '../support/pages.ts';
import { type Bench, isMet } from './bench.ts';
import { exportBench } from './export.ts';
import { memoryBench } from './memory.ts';
import { planBench } from './plan.ts';
import { toMarkdown } from './report.ts';
import { rolloutBench } from './rollout.ts';
import { runbookBench } from './runbook.ts';
import { snapshotBench } from './snapshot.ts';
import { circumstancesOf } from './support/machine.ts';
import { veleroBench } from './velero.ts';

/** Where the results of `--write` go, between markers of the bench's name. */
const PAGE = 'docs/performance.md';

const benches: readonly Bench[] = [
  exportBench,
  memoryBench,
  snapshotBench,
  veleroBench,
  planBench,
  rolloutBench,
  runbookBench,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => interrupt.abort(new Error('interrupted')));

const chosen = positionals.map((name) => benches.find((bench) => bench.name === name));
if (chosen.length === 0 || chosen.includes(undefined)) {
  console.error('usage: npm run bench -- NAME… [--write]\n');
  for (const { name, about } of benches) console.error(`  ${name.padEnd(16)} ${about}`);
  process.exitCode = 2;
} else for (const bench of chosen) if (bench !== undefined) await runBench(bench);

async function runBench(bench: Bench): Promise<void> {
  const result = await bench.run({ say: (line) => console.error(line), signal: interrupt.signal });
  const text = toMarkdown(result, circumstancesOf(bench.name));
  console.log(`\n${text}\n`);
  if (!result.claims.every(isMet)) process.exitCode = 1;
  if (values.write) await writeBetween(PAGE, `bench ${bench.name}`, text);
}
