import type { ApprovedStep } from '../hash.ts';
import { changesOf, matchBy } from './records.ts';

/** What differs between two lists of steps; those that came or went with a node are one line. */
export function stepDrift(
  before: readonly ApprovedStep[],
  after: readonly ApprovedStep[],
): readonly string[] {
  const { added, removed, kept } = matchBy(before, after, ({ id }) => id);
  return [
    ...byNode(added).map((text) => `steps are new: ${text}`),
    ...byNode(removed).map((text) => `steps are gone: ${text}`),
    ...kept.flatMap((step) => changedStep(step.before, step.after)),
    ...orderDrift(before, after, new Set(kept.map((step) => step.after.id))),
  ];
}

function byNode(steps: readonly ApprovedStep[]): readonly string[] {
  const groups = Map.groupBy(steps, ({ node, hop }) => `${node ?? 'the cluster'} to ${hop.to}`);
  return [...groups].map(([who, own]) => `${own.map(({ kind }) => kind).join(', ')} of ${who}`);
}

function changedStep(before: ApprovedStep, after: ApprovedStep): readonly string[] {
  return changesOf(before, after).map(
    (change) => `step ${after.id}: ${change.path} ${change.before} → ${change.after}`,
  );
}

function orderDrift(
  before: readonly ApprovedStep[],
  after: readonly ApprovedStep[],
  kept: ReadonlySet<string>,
): readonly string[] {
  const idsOf = (steps: readonly ApprovedStep[]) => steps.map(({ id }) => id).filter((id) => kept.has(id));
  const [was, is] = [idsOf(before), idsOf(after)];
  const first = is.findIndex((id, index) => id !== was[index]);
  return first < 0 ? [] : [`steps come in another order: ${is[first]} now comes before ${was[first]}`];
}
