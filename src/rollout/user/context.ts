import type { Step } from '../../plan/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Commands } from '../../ports/commands.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Web } from '../../ports/web.ts';

/** What gates and hooks of a cluster file are carried out with. */
export interface UserDeps {
  readonly kube: Kube;
  readonly commands: Commands;
  readonly web: Web;
  readonly clock: Clock;
  readonly cluster: string;
  readonly runId: string;
  /** kubeconfig that the run uses, for commands that want to look for themselves. */
  readonly kubeconfig?: string;
}

/** What a command of the cluster file learns of where the rollout is. */
export function environmentOf(
  { node = '', hop }: Step,
  { cluster, runId, kubeconfig }: UserDeps,
): Readonly<Record<string, string>> {
  return {
    KUBESTAIR_CLUSTER: cluster,
    KUBESTAIR_NODE: node,
    KUBESTAIR_HOP_FROM: hop.from,
    KUBESTAIR_HOP_TO: hop.to,
    KUBESTAIR_RUN: runId,
    ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }),
  };
}

/** Whether a gate passes at one look, and what it says for itself. */
export interface Look {
  readonly passes: boolean;
  readonly says: string;
}
