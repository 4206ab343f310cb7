import type { NodeRole } from '../../cluster/observation.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { KubestairError } from '../../errors.ts';
import type { HostStep, UpgradeKind } from '../../plan/step-kinds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import type { Kube } from '../../ports/kube.ts';
import type { StepContext } from '../provider.ts';
import {
  configurationFor,
  readClusterConfiguration,
  readConfiguredVersion,
} from './cluster-configuration.ts';
import { type BareNode, isAt, needsApply } from './hop-state.ts';
import { hasSucceeded } from './is-done.ts';
import { CUT_OFF, FLAKY_PREFLIGHT, NODE_NOT_AUTHORIZED, RESTARTING, type Retry, runJob } from './job.ts';
import { readNode, readNodes } from './live.ts';
import { kubeadmScript, kubeletScript, stageScript } from './scripts/steps.ts';
import { unitName } from './unit-script.ts';

export interface StepInput {
  readonly step: HostStep<UpgradeKind>;
  readonly host: Host;
  readonly kube: Kube;
  readonly clusterUid: string;
  readonly config: ClusterConfig;
  readonly clock: Clock;
}

interface Work {
  readonly script: string;
  readonly retries: readonly Retry[];
}

/** Does one step on its host. @throws KubestairError STEP_FAILED, HOST_*, KUBE_* */
export async function runStep(input: StepInput, context: StepContext): Promise<void> {
  const { step, host, clusterUid, clock } = input;
  const { script, retries } = await workOf(input, context.signal);
  const unit = { name: unitName(clusterUid, step.id), title: step.does, script };
  const { lines } = await runJob(host, unit, [...retries, CUT_OFF], clock, context);
  for (const line of lines.filter((text) => text.startsWith('note: ')))
    context.note(line.slice('note: '.length));
}

async function workOf(input: StepInput, signal: AbortSignal): Promise<Work> {
  const { step, kube, config } = input;
  const { to } = step.hop;
  const ignorePreflightErrors = config.kubeadm.ignorePreflightErrors;
  switch (step.kind) {
    case 'stage':
      return { script: await stage(input, signal), retries: [] };
    case 'control-plane': {
      const [nodes, configured] = await Promise.all([
        readNodes(kube, signal),
        readConfiguredVersion(kube, signal),
      ]);
      const kind = needsApply(step.node, nodes, configured, step.hop) ? 'apply' : 'node';
      return {
        script: kubeadmScript({ kind, version: to, ignorePreflightErrors }),
        retries: [FLAKY_PREFLIGHT, NODE_NOT_AUTHORIZED, RESTARTING],
      };
    }
    case 'node-config':
      return {
        script: kubeadmScript({ kind: 'node', version: to, ignorePreflightErrors }),
        retries: [NODE_NOT_AUTHORIZED, RESTARTING],
      };
    case 'kubelet':
      await requireConfiguration(input, signal);
      return { script: kubeletScript(to), retries: [] };
  }
}

/** A host that is no node yet becomes a worker. */
const A_WORKER: Pick<BareNode, 'role'> = { role: 'worker' };

async function stage({ step, kube, config }: StepInput, signal: AbortSignal): Promise<string> {
  const [node, configuration] = await Promise.all([
    step.address === undefined ? readNode(kube, step.node, signal) : A_WORKER,
    readClusterConfiguration(kube, signal),
  ]);
  return stageScript({
    hop: step.hop,
    role: node.role satisfies NodeRole,
    repository: config.packages.repository,
    configuration: configurationFor(configuration, step.hop.to),
  });
}

/**
 * A kubelet of the next minor on the configuration of the last one may not start at all (1.35 does not know
 * --pod-infra-container-image, which only `kubeadm upgrade node` takes out): it is never restarted before that succeeded.
 */
async function requireConfiguration(
  { step, host, kube, clusterUid }: StepInput,
  signal: AbortSignal,
): Promise<void> {
  const node: BareNode = await readNode(kube, step.node, signal);
  if (isAt(node.kubelet, step.hop.to)) return;
  const kind = node.role === 'control-plane' ? 'control-plane' : 'node-config';
  const before = `${step.hop.to}/${step.node}/${kind}`;
  if (await hasSucceeded(host, unitName(clusterUid, before), signal)) return;
  throw new KubestairError(
    'STEP_FAILED',
    `kubeadm upgrade has not succeeded on ${step.node}, so its kubelet stays as it is`,
    {
      object: `Node/${step.node}`,
      next: 'Run the same command again: it upgrades the configuration of the kubelet first.',
    },
  );
}
