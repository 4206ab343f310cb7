import { getIfThere } from '../../../cluster/api.ts';
import { JOINING } from '../../../cluster/mapping.ts';
import type { NodeObject } from '../../../cluster/objects.ts';
import type { ClusterConfig } from '../../../config/schema.ts';
import type { ReplaceKind } from '../../../plan/plan.ts';
import type { HostKind, HostStep } from '../../../plan/step-kinds.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Host } from '../../../ports/host.ts';
import type { Kube } from '../../../ports/kube.ts';
import { waitFor } from '../../../rollout/gates.ts';
import { patiently } from '../../../rollout/patience.ts';
import { dropTokens, makeToken } from '../../../rollout/replace/join-tokens.ts';
import type { StepContext } from '../../provider.ts';
import { isAt } from '../hop-state.ts';
import { CUT_OFF, runJob } from '../job.ts';
import { readNode } from '../live.ts';
import { unitName } from '../unit-script.ts';
import { joinConfiguration } from './configuration.ts';
import { IS_JOINED, joinScript, putJoinFile, RESET } from './scripts.ts';

export type ReplaceStep = HostStep<ReplaceKind & HostKind>;

export interface ReplaceWork {
  readonly step: ReplaceStep;
  readonly host: Host;
  readonly kube: Kube;
  readonly clusterUid: string;
  readonly config: ClusterConfig;
  readonly clock: Clock;
}

const PATIENCE_SECONDS = 300;

/** Whether the host is a node at the version; or no node any more. */
export async function isReplaceDone(
  { step, host, kube }: Pick<ReplaceWork, 'step' | 'host' | 'kube'>,
  signal?: AbortSignal,
): Promise<boolean> {
  switch (step.kind) {
    case 'join': {
      const path = `/api/v1/nodes/${encodeURIComponent(step.node)}`;
      const there = await getIfThere<NodeObject>(kube, path, { signal });
      return there !== undefined && isAt((await readNode(kube, step.node, signal)).kubelet, step.hop.to);
    }
    case 'reset': {
      const { stdout } = await host.run(IS_JOINED, { sudo: true, signal, timeoutSeconds: 60 });
      return stdout.trim() === 'free';
    }
  }
}

/** Joins a host, or takes it out of the cluster. @throws KubestairError STEP_FAILED, HOST_*, KUBE_* */
export async function runReplacement(work: ReplaceWork, context: StepContext): Promise<void> {
  const { step, host, clusterUid, clock } = work;
  const unit = (script: string) => ({ name: unitName(clusterUid, step.id), title: step.does, script });
  switch (step.kind) {
    case 'join':
      return await join(work, context);
    case 'reset':
      await runJob(host, unit(RESET), [CUT_OFF], clock, context);
      return;
  }
}

/**
 * A token is made for this one join, reaches the host over standard input, and is deleted as soon as the join is over. So a join that
 * fails is not repeated here: the same command makes a new token.
 */
async function join(work: ReplaceWork, context: StepContext): Promise<void> {
  const { step, host, kube, clusterUid, config, clock } = work;
  const { signal, say } = context;
  const patience = { clock, signal, seconds: PATIENCE_SECONDS };
  // One that an earlier run made may be in use: a join goes on by itself once it has begun.
  const token = await patiently(() => makeToken(kube, step.node, clock, signal), patience);
  try {
    const { ignorePreflightErrors } = config.kubeadm;
    const configuration = await patiently(
      () => joinConfiguration(kube, step.node, token, ignorePreflightErrors, signal),
      patience,
    );
    const put = putJoinFile(configuration);
    await patiently(() => host.run(put, { sudo: true, signal, timeoutSeconds: 60 }), patience);
    const script = joinScript({ clusterUid, node: step.node, version: step.hop.to });
    const unit = { name: unitName(clusterUid, step.id), title: step.does, script };
    await runJob(host, unit, [], clock, context);
  } finally {
    // A run that is stopped leaves it to die by itself, or to the run that goes on.
    if (!signal.aborted) await patiently(() => dropTokens(kube, step.node, signal), patience);
  }
  const gate = { clock, timeoutSeconds: config.gates.timeoutSeconds, signal, say };
  const isThere = async () => ((await isReplaceDone(work, signal)) ? [] : [`${step.node} is no node yet`]);
  await waitFor(step.node, isThere, gate);
  say(`${step.node} carries the taint ${JOINING} until it has its labels`);
}
