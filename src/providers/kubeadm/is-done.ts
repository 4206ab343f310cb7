import type { HostStep, UpgradeKind } from '../../plan/step-kinds.ts';
import type { Host } from '../../ports/host.ts';
import type { Kube } from '../../ports/kube.ts';
import { readConfiguredVersion } from './cluster-configuration.ts';
import { controlPlaneAt, isAt, packagesOff } from './hop-state.ts';
import { readNode } from './live.ts';
import { observeSystem } from './observe-host.ts';
import { succeededScript, unitName } from './unit-script.ts';

export interface DoneInput {
  readonly step: HostStep<UpgradeKind>;
  readonly host: Host;
  readonly kube: Kube;
  readonly clusterUid: string;
}

/**
 * Whether nothing is left to do for a step, by what the cluster and the host show. Where they show nothing, the unit that did it
 * is asked, and believed as long as what it wrote is still as it wrote it.
 */
export async function isStepDone(
  { step, host, kube, clusterUid }: DoneInput,
  signal?: AbortSignal,
): Promise<boolean> {
  const { to } = step.hop;
  const succeeded = () => hasSucceeded(host, unitName(clusterUid, step.id), signal);
  switch (step.kind) {
    case 'stage':
      return succeeded();
    case 'control-plane': {
      const node = await readNode(kube, step.node, signal);
      const configured = await readConfiguredVersion(kube, signal);
      if (!controlPlaneAt(node, to) || !configured.known || !isAt(configured.value, to)) return false;
      return isAt(node.kubelet, to) || (await succeeded());
    }
    case 'node-config':
      return isAt((await readNode(kube, step.node, signal)).kubelet, to) || (await succeeded());
    case 'kubelet': {
      if (!isAt((await readNode(kube, step.node, signal)).kubelet, to)) return false;
      const observed = await observeSystem(host, signal);
      return observed.known && !packagesOff(observed.value, to);
    }
  }
}

/** Whether a unit ended well and what it wrote is still so. */
export async function hasSucceeded(host: Host, name: string, signal?: AbortSignal): Promise<boolean> {
  const { stdout } = await host.run(succeededScript(name), { sudo: true, signal, timeoutSeconds: 60 });
  return stdout.trim() === 'yes';
}
