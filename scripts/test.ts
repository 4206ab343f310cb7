import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Count, readVitestReport, sum, totalLine, verdict } from './test/count.ts';

/**
 * Runs every stage of a suite, one after the other and all of them whatever fails, and ends with one line of totals.
 * `lab` is the suite that needs hosts, `kill` the part of it that kills every kind of step, the default one is everything else.
 */
interface Stage {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Counted test by test; other stages count as one check. */
  readonly vitest: boolean;
}

const check = (name: string, ...command: [string, ...string[]]): Stage => ({ name, command, vitest: false });
const tests = (project: string, ...flags: readonly string[]): Stage => ({
  name: project,
  command: ['vitest', 'run', '--project', project, ...flags],
  vitest: true,
});
/** For files that share servers or hosts; vitest has no such setting for a single project. */
const oneByOne = '--no-file-parallelism';

const suites: Readonly<Record<string, readonly Stage[]>> = {
  default: [
    check('types', 'tsc', '--noEmit'),
    check('lint and format', 'biome', 'check'),
    check('unused code', 'knip'),
    check('generated files', 'node', 'scripts/generate.ts', '--check'),
    check('dist', 'node', 'scripts/build.ts', '--check'),
    tests('unit'),
    tests('acceptance'),
    tests('contract', oneByOne),
  ],
  lab: [tests('lab', oneByOne, ...labFiles())],
  kill: [tests('lab', oneByOne, 'test/lab/kill.test.ts')],
};

/** No names mean all of them. CI has to be done in time, so there the longest files take turns, day by day. */
function labFiles(): readonly string[] {
  if (process.env.CI !== 'true') return [];
  const always = ['refusals', 'backup', 'tables'];
  const turns = [
    ['upgrade', 'restore-resources', 'lab'],
    ['action', 'restore-etcd', 'hosts', 'proofs'],
    ['rollout', 'rollback', 'workflows'],
    ['faults', 'restore-etcd-encrypted', 'pull-request'],
    ['upgrade', 'maintain', 'restore-etcd-ha'],
    ['action', 'rollback-ha'],
  ] as const;
  const files = [...always, ...(turns[today() % turns.length] ?? [])];
  return files.map((name) => `test/lab/${name}.test.ts`);
}

function today(): number {
  return Math.floor(Date.now() / 86_400_000);
}

const suite = process.argv[2] ?? 'default';
const stages = suites[suite];
if (stages === undefined) throw new Error(`there is no suite "${suite}": ${Object.keys(suites).join(', ')}`);

const reports = await mkdtemp(join(tmpdir(), 'kubestair-test-'));
const results: { readonly name: string; readonly count: Count; readonly seconds: number }[] = [];
for (const stage of stages) {
  console.log(`\n=== ${stage.name}`);
  const started = performance.now();
  const count = await runStage(stage);
  results.push({ name: stage.name, count, seconds: (performance.now() - started) / 1000 });
}
await rm(reports, { recursive: true });

console.log('');
for (const { name, count, seconds } of results) {
  console.log(`${verdict(count)}  ${name.padEnd(16)} ${totalLine(count)} (${seconds.toFixed(1)} s)`);
}
const total = sum(results.map(({ count }) => count));
console.log(totalLine(total));
// Where tests are asked for and cannot run, a CI must not pass.
const strict = process.env.CI === 'true';
process.exitCode = total.failed > 0 || (strict && total.notRun > 0) ? 1 : 0;

async function runStage({ name, command, vitest }: Stage): Promise<Count> {
  if (!vitest)
    return (await exitCode(command)) === 0
      ? { passed: 1, failed: 0, notRun: 0 }
      : { passed: 0, failed: 1, notRun: 0 };
  const report = join(reports, `${name}.json`);
  const code = await exitCode([
    ...command,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return readVitestReport(text, code);
}

// npm puts node_modules/.bin into PATH, so that `node` is the version that the project asks for.
async function exitCode([program = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
