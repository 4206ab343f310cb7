import type { Result } from '../../src/report/model.ts';
import { secondsBetween } from '../../src/report/units.ts';
import { down } from '../lab/down.ts';
import { kubestair } from '../lab/support/kubestair.ts';
import { freshLab, storeEnvironment, writeClusterFile } from '../lab/support/test-lab.ts';
import type { Bench, BenchIo, BenchResult, Row } from './bench.ts';
import { type Absence, watchAbsence } from './support/absence.ts';
import { upgradeByHand } from './support/by-hand.ts';

const VERSION = '1.36.3';

interface Measured {
  readonly seconds: number;
  readonly absences: readonly Absence[];
}

/** How long nodes are away, and how long the whole takes, against what people do by hand. */
export const runbookBench: Bench = {
  name: 'runbook',
  about: `a real cluster of three hosts to ${VERSION}, against the runbook of kubernetes.io`,
  run,
};

async function run({ say, signal }: BenchIo): Promise<BenchResult> {
  let name: string | undefined;
  try {
    const before = await freshLab();
    name = before.state.name;
    const byHand = await measure(before.access.kubeconfig, () =>
      upgradeByHand(before.state, VERSION, say, signal),
    );
    signal.throwIfAborted();
    const lab = await freshLab();
    const file = await writeClusterFile(lab, { version: `v${VERSION}` });
    let backup = 0;
    const ours = await measure(lab.access.kubeconfig, async () => {
      const { code, stdout } = await kubestair(
        ['upgrade', '-f', file, '-o', 'json'],
        storeEnvironment(lab.access),
      );
      if (code !== 0) throw new Error(`the upgrade ended with exit code ${code}`);
      backup = untilFirstStep(JSON.parse(stdout) as Result);
    });
    return resultOf(byHand, ours, backup);
  } finally {
    if (name !== undefined) await down(name, say);
  }
}

async function measure(kubeconfig: string, work: () => Promise<void>): Promise<Measured> {
  const watch = await watchAbsence(kubeconfig);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  return { seconds, absences: await watch.stop() };
}

/** Plan, lock, backup and its proofs. */
function untilFirstStep(result: Result): number {
  if (result.command !== 'upgrade') throw new Error('that was no upgrade');
  const starts = result.records.flatMap(({ startedAt }) => startedAt ?? []);
  return secondsBetween(result.startedAt, starts.toSorted()[0] ?? result.finishedAt);
}

function resultOf(byHand: Measured, ours: Measured, backup: number): BenchResult {
  return {
    rows: [
      ...rowsOf('by hand', byHand),
      ...rowsOf('Kubestair', ours),
      { what: 'Kubestair, of which plan, backup and its proofs', seconds: backup },
    ],
    claims: [
      {
        what: 'absence of a node against the runbook',
        measured: meanOf(ours) / meanOf(byHand),
        unit: 'times',
        wanted: { atMost: 0.5 },
      },
      {
        what: 'the whole against the runbook, which backs nothing up',
        measured: ours.seconds / byHand.seconds,
        unit: 'times',
        wanted: { atMost: 1 },
      },
    ],
    notes: [
      'one control plane and two workers with a Deployment, a StatefulSet and budgets on them; the same hosts, put back in between',
      'by hand: the commands of kubernetes.io in their order, one right after the other, with nobody who thinks or types in between',
      'absence: cordoned until uncordoned, as the API server tells it five times a second; packages and images come from servers on the same machine, which is the fastest network there is',
    ],
  };
}

function rowsOf(who: string, { seconds, absences }: Measured): readonly Row[] {
  return [
    ...absences.map(({ node, seconds: away }) => ({ what: `${who}, ${node} away`, seconds: away })),
    { what: `${who}, the whole`, seconds },
  ];
}

function meanOf({ absences }: Measured): number {
  if (absences.length === 0) throw new Error('no node was seen to be away');
  return absences.reduce((sum, { seconds }) => sum + seconds, 0) / absences.length;
}
