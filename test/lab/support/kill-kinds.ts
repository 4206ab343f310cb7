import type { StepKind } from '../../../src/plan/plan.ts';
import type { KillPoint } from './kill-points.ts';

const REPLACE = 'only where workers are replaced by other hosts';
const MAINTENANCE = 'only of a maintenance';

/** Every kind of step: killed at in this upgrade, or why it cannot be. A new kind does not compile until it says so. */
const KINDS: Readonly<Record<StepKind, 'killed at' | `only ${string}`>> = {
  backup: 'only once, between two hops: the simulated matrix has it',
  stage: 'killed at',
  'node-config': 'killed at',
  drain: 'killed at',
  'control-plane': 'killed at',
  kubelet: 'killed at',
  ready: 'killed at',
  uncordon: 'killed at',
  settle: 'killed at',
  gate: 'killed at',
  hook: 'killed at',
  join: REPLACE,
  'carry-over': REPLACE,
  reset: REPLACE,
  remove: REPLACE,
  quorum: MAINTENANCE,
  prepare: MAINTENANCE,
  system: MAINTENANCE,
  reboot: MAINTENANCE,
  close: MAINTENANCE,
};

/** The cluster file's own gates and hooks, so that their kinds of steps are there. */
export const WITH_USER_STEPS = {
  gates: { timeout: '5m', checks: [{ name: 'calm', at: 'node', command: 'sleep 1' }] },
  hooks: [{ name: 'tell', when: 'after-node', command: 'sleep 1' }],
};

/**
 * In the middle of and after every kind of step, or a part of that.
 * @param wanted `all`, or a share such as `1/8`: which of how many
 */
export function killPoints(wanted: string): readonly KillPoint[] {
  const kinds = Object.entries(KINDS).flatMap(([kind, place]) => (place === 'killed at' ? [kind] : []));
  const all = (['middle', 'after'] as const).flatMap((when) => kinds.map((kind) => ({ kind, when })));
  if (wanted === 'all') return all;
  const [, share = '', of = ''] = /^(\d+)\/(\d+)$/.exec(wanted) ?? [];
  const points = all.filter((_, index) => index % Number(of) === Number(share) % Number(of));
  if (points.length > 0) return points;
  throw new Error(`KUBESTAIR_KILL: ${wanted} is neither "all" nor a share such as 1/8`);
}

/**
 * Whether one hop has room for all of them: what a killed run left at work is done when the next one looks, so the only control plane of
 * a hop is killed in its middle or after it.
 */
export function fitInOneHop(points: readonly KillPoint[]): boolean {
  return new Set(points.map(({ kind }) => kind)).size === points.length;
}
