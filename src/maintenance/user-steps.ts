import type { Hop, Step } from '../plan/plan.ts';
import {
  afterSteps,
  aroundNodes,
  type Frame,
  hooksOf,
  isOwed,
  opening,
  owedOfNodes,
  paying,
  type UserConfig,
} from '../plan/user-steps.ts';

/** What a maintenance owes is told apart from what an upgrade does: either is followed up by its own command. */
const FRAME: Frame = { name: 'maintain', scope: 'maintain/' };
const RUN = 'maintain/run';

/** Whether something that is owed is for a maintenance to follow up. */
export function isOwedByMaintenance(scope: string): boolean {
  return scope.startsWith(FRAME.scope);
}

export interface OwedInput {
  /** What runs that were cut off owe. */
  readonly owed: readonly string[];
  readonly nodes: readonly { readonly name: string; readonly kubelet: Hop['to'] }[];
  /** Of the steps that belong to no node. */
  readonly hop: Hop;
}

/**
 * The steps of a maintenance with the gates and hooks that the cluster file puts around each node and around the whole run, and first what
 * a run that was cut off still owes. Gates and hooks of a hop are for upgrades: a maintenance has none.
 */
export function withMaintenanceGates(
  steps: readonly Step[],
  config: UserConfig,
  { owed, nodes, hop }: OwedInput,
): readonly Step[] {
  const late = owedOfNodes(owed, steps, nodes, config, FRAME);
  const after = paying(afterSteps(config, 'run', FRAME, hop), RUN);
  if (steps.length === 0) return [...late, ...(owed.includes(RUN) ? after : [])];
  const whole = [
    ...hooksOf(config, 'before', 'run', FRAME, hop),
    ...aroundNodes(FRAME, steps, config),
    ...after,
  ];
  return [...late, ...opening(whole, isOwed(config, 'run') ? [RUN] : [])];
}
