import type { Manifest } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { StepRunContext, StepRunner } from '../../rollout/engine.ts';
import { waitFor, waitForWorkloads } from '../../rollout/gates.ts';
import { patiently } from '../../rollout/patience.ts';
import { type Baseline, takeBaseline } from '../../rollout/workloads.ts';
import { afterRestore, type Comparison } from './compare.ts';
import { compareWithCluster } from './compare-cluster.ts';
import { apiProblems, nodeProblems } from './gates.ts';
import type { RestorePlan, RestoreStep } from './plan.ts';
import type { Restorer } from './restorer.ts';

export interface RestoreRunnerDeps {
  readonly kube: Kube;
  readonly restorer: Restorer;
  readonly plan: RestorePlan;
  readonly manifest: Manifest;
  readonly source: BackupSource;
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly runId: string;
  readonly epoch: number;
  /** Frees the Lease of whoever held it when the backup was taken. */
  readonly freeLease: (signal: AbortSignal) => Promise<void>;
  readonly onCompared: (comparison: Comparison) => void;
}

/** How long an API server may take to let a comparison through, in seconds. */
const PATIENCE_SECONDS = 300;

/** Carries out the steps of a restore: what is the same for every kind of cluster here, the rest by the provider. */
export function openRestoreRunner(deps: RestoreRunnerDeps): StepRunner<RestoreStep> {
  const { restorer, plan, source, config, clock, kube, runId, epoch } = deps;
  let baseline: Baseline | undefined;
  const absent: string[] = [];
  const healthBefore = async (signal: AbortSignal): Promise<Baseline> => {
    baseline ??= await patiently(() => takeBaseline(kube, signal), {
      clock,
      signal,
      seconds: PATIENCE_SECONDS,
    });
    return baseline;
  };

  return {
    isDone: (step, signal) => restorer.isDone(step, plan, signal),

    async run(step, context) {
      const { signal } = context;
      const gate = { kube, clock, timeoutSeconds: config.gates.timeoutSeconds, signal, say: context.say };
      switch (step.kind) {
        case 'upload':
        case 'stage':
        case 'prepare':
        case 'stop-control-plane':
        case 'stop-etcd':
        case 'put-back':
        case 'swap':
        case 'start-etcd':
        case 'start-api':
        case 'restart-kubelets':
        case 'start-controllers':
        case 'finish':
          absent.push(...(await restorer.run(step, plan, source, { runId, epoch, ...context })));
          return;
        case 'quorum':
          return await waitFor('etcd', () => restorer.etcdProblems(plan, signal), gate);
        case 'compare': {
          await waitFor('the API server', () => apiProblems(plan, kube, signal), gate);
          await deps.freeLease(signal);
          // Nothing of the control plane has written yet, so health is what it was when the backup was taken.
          await healthBefore(signal);
          return await compare(deps, context);
        }
        case 'nodes': {
          const { healthy } = await healthBefore(signal);
          const names = (step.nodes ?? []).filter(
            (name) => healthy.has(`Node/${name}`) && !absent.includes(name),
          );
          return await waitFor('the nodes', () => nodeProblems(names, plan, kube, signal), gate);
        }
        case 'settle': {
          await waitForWorkloads(await healthBefore(signal), gate);
          await clock.sleep(config.controlPlane.soakSeconds * 1000, signal);
          return await waitForWorkloads(await healthBefore(signal), gate);
        }
      }
    },
  };
}

async function compare(
  { kube, manifest, source, plan, clock, onCompared }: RestoreRunnerDeps,
  { note, signal }: StepRunContext,
): Promise<void> {
  const judge = afterRestore(manifest.resourceVersion, plan.writtenAfter);
  const work = () => compareWithCluster(manifest, source, kube, judge, signal);
  const comparison = await patiently(work, {
    clock,
    signal,
    seconds: PATIENCE_SECONDS,
    onWait: () => note('the API server did not answer for a while'),
  });
  onCompared(comparison);
}
