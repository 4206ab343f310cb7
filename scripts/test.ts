import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Count, readVitestReport, sum, totalLine, verdict } from './test/count.ts';
import { type Turn, takeTurns } from './test/turns.ts';

/**
 * Runs every stage of a suite, all of them whatever fails, and ends with one line of totals. What stages print comes one after the
 * other, in their order.
 * `lab` is the suite that needs hosts, `kill` the part of it that kills every kind of step, `ha` the one that takes three control
 * planes over two minors under load, the default one is everything else.
 */
interface Stage {
  readonly name: string;
  /** Stages of one lane run one after the other, lanes side by side. */
  readonly lane: Lane;
  readonly command: readonly [string, ...string[]];
  /** Counted test by test; other stages count as one check. */
  readonly vitest: boolean;
}

/** What computes, and what mostly waits for servers. */
type Lane = 'computes' | 'waits';

const check = (name: string, ...command: [string, ...string[]]): Stage => ({
  name,
  lane: 'computes',
  command,
  vitest: false,
});
const tests = (project: string, lane: Lane, ...flags: readonly string[]): Stage => ({
  name: project,
  lane,
  command: ['vitest', 'run', '--project', project, ...flags],
  vitest: true,
});
/** For files that share hosts; vitest has no such setting for a single project. */
const oneByOne = '--no-file-parallelism';
/** Each file has servers of its own, and waits for them most of the time. */
const severalAtOnce = '--maxWorkers=3';

const suites: Readonly<Record<string, readonly Stage[]>> = {
  default: [
    check('types', 'tsc', '--noEmit'),
    check('lint and format', 'biome', 'check'),
    check('unused code', 'knip'),
    check('generated files', 'node', 'scripts/generate.ts', '--check'),
    check('dist', 'node', 'scripts/build.ts', '--check'),
    tests('unit', 'computes'),
    tests('acceptance', 'computes'),
    tests('contract', 'waits', severalAtOnce),
  ],
  lab: [tests('lab', 'waits', oneByOne, ...labFiles())],
  kill: [tests('lab', 'waits', oneByOne, 'test/lab/kill.test.ts')],
  ha: [tests('lab', 'waits', oneByOne, 'test/lab/reliability.test.ts')],
};

/** No names mean all of them. CI has to be done in time, so there the longest files take turns, day by day. */
function labFiles(): readonly string[] {
  if (process.env.CI !== 'true') return [];
  const always = ['refusals', 'backup', 'tables'];
  const turns = [
    ['upgrade', 'restore-resources', 'lab', 'dnf'],
    ['action', 'restore-etcd', 'hosts', 'proofs'],
    ['rollout', 'rollback', 'workflows'],
    ['faults', 'restore-etcd-encrypted', 'pull-request'],
    ['kill', 'maintain', 'restore-etcd-ha'],
    ['action', 'rollback-ha', 'pod-transport'],
    ['strategies', 'replace'],
  ] as const;
  const files = [...always, ...(turns[today() % turns.length] ?? [])];
  // Each turn other kills.
  process.env['KUBESTAIR_KILL'] ??= `${Math.floor(today() / turns.length)}/8`;
  return files.map((name) => `test/lab/${name}.test.ts`);
}

function today(): number {
  return Math.floor(Date.now() / 86_400_000);
}

const suite = process.argv[2] ?? 'default';
const stages = suites[suite];
if (stages === undefined) throw new Error(`there is no suite "${suite}": ${Object.keys(suites).join(', ')}`);

const reports = await mkdtemp(join(tmpdir(), 'kubestair-test-'));
const started = performance.now();
const turns = takeTurns(stages.length, (bytes) => void process.stdout.write(bytes));
const results = await runLanes(stages.map((stage, index) => ({ stage, turn: turns[index] as Turn })));
await rm(reports, { recursive: true });

console.log('');
for (const { name, count, seconds } of results) {
  console.log(`${verdict(count)}  ${name.padEnd(16)} ${totalLine(count)} (${seconds.toFixed(1)} s)`);
}
const total = sum(results.map(({ count }) => count));
console.log(`all in ${Math.round((performance.now() - started) / 1000)} s`);
console.log(totalLine(total));
// Where tests are asked for and cannot run, a CI must not pass.
const strict = process.env.CI === 'true';
process.exitCode = total.failed > 0 || (strict && total.notRun > 0) ? 1 : 0;

interface Result {
  readonly name: string;
  readonly count: Count;
  readonly seconds: number;
}

interface Planned {
  readonly stage: Stage;
  readonly turn: Turn;
}

/** Results in the order of the stages. */
async function runLanes(planned: readonly Planned[]): Promise<readonly Result[]> {
  const lanes = new Map<Lane, Promise<unknown>>();
  return await Promise.all(
    planned.map(({ stage, turn }) => {
      const result = (lanes.get(stage.lane) ?? Promise.resolve()).then(() => runStage(stage, turn));
      lanes.set(stage.lane, result);
      return result;
    }),
  );
}

async function runStage(stage: Stage, turn: Turn): Promise<Result> {
  turn.write(Buffer.from(`\n=== ${stage.name}\n`));
  const started = performance.now();
  const count = await countOf(stage, turn);
  turn.end();
  return { name: stage.name, count, seconds: (performance.now() - started) / 1000 };
}

async function countOf({ name, command, vitest }: Stage, turn: Turn): Promise<Count> {
  if (!vitest)
    return (await exitCode(command, turn)) === 0
      ? { passed: 1, failed: 0, notRun: 0 }
      : { passed: 0, failed: 1, notRun: 0 };
  const report = join(reports, `${name}.json`);
  const flags = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await exitCode([...command, ...flags], turn);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return readVitestReport(text, code);
}

// npm puts node_modules/.bin into PATH, so that `node` is the version that the project asks for.
async function exitCode([program = '', ...args]: readonly string[], turn: Turn): Promise<number> {
  const env = { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => turn.write(bytes));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      turn.write(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
