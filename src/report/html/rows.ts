import type { Plan, Step } from '../../plan/plan.ts';
import { startsOf } from '../../plan/units.ts';
import type { Doable, StepRecord } from '../../rollout/timeline.ts';
import { stepGroups } from '../plan-facts.ts';
import { secondsBetween } from '../units.ts';
import type { Bar, BarKind, Row } from './chart.ts';

/** A step as far as a chart shows it. */
type Shown = Doable & { readonly kind: string; readonly hop?: { readonly to: string } };

/** Kinds that are no work on the node itself; what is not named here is. */
const KINDS: Readonly<Record<string, BarKind>> = {
  backup: 'backup',
  stage: 'stage',
  upload: 'stage',
  drain: 'drain',
  ready: 'wait',
  uncordon: 'wait',
  settle: 'wait',
};

interface Span {
  readonly step: Shown;
  readonly from: number;
  readonly seconds: number;
  readonly failed: boolean;
}

/** What a run did, a row a node, from its first step on. */
export function rowsOfRecords(records: readonly StepRecord<Shown>[]): readonly Row[] {
  const begins = records.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Date.parse(startedAt)]));
  const begin = begins.reduce((a, b) => Math.min(a, b), begins[0] ?? 0);
  const spans = records.flatMap(({ step, state, startedAt, finishedAt }): readonly Span[] => {
    if (startedAt === undefined || finishedAt === undefined) return [];
    const from = (Date.parse(startedAt) - begin) / 1000;
    const failed = state === 'failed' || state === 'interrupted';
    return [{ step, from, seconds: secondsBetween(startedAt, finishedAt), failed }];
  });
  return rowsOf(spans);
}

/** What a plan expects, a row a node. */
export function rowsOfPlan({ steps, atOnce }: Plan): readonly Row[] {
  const starts = startsOf(steps, atOnce);
  const ordered: readonly Step[] = stepGroups(steps).flatMap((group) => group.steps);
  return rowsOf(
    ordered.map((step) => ({
      step,
      from: starts.get(step) ?? 0,
      seconds: step.expectedSeconds,
      failed: false,
    })),
  );
}

function rowsOf(spans: readonly Span[]): readonly Row[] {
  const byNode = Map.groupBy(spans, ({ step }) => step.node ?? '');
  return [...byNode].map(([node, own]) => ({
    name: node === '' ? 'cluster' : node,
    bars: [...absencesOf(own), ...own.map(barOf)],
  }));
}

function barOf({ step, from, seconds, failed }: Span): Bar {
  return { kind: failed ? 'failed' : (KINDS[step.kind] ?? 'upgrade'), from, seconds, about: step.does };
}

/** In each hop from the begin of the drain to the end of the uncordon, or of what was done last. */
function absencesOf(spans: readonly Span[]): readonly Bar[] {
  return [...Map.groupBy(spans, ({ step }) => step.hop?.to).values()].flatMap((own): readonly Bar[] => {
    const drain = own.find(({ step }) => step.kind === 'drain');
    const last = own.findLast(({ step }) => step.kind === 'uncordon') ?? own.at(-1);
    if (drain === undefined || last === undefined) return [];
    const seconds = last.from + last.seconds - drain.from;
    return [{ kind: 'away', from: drain.from, seconds, about: `${drain.step.node} takes no pods` }];
  });
}
