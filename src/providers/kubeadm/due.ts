import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import { isAtLeastMinor, minorOf } from '../../cluster/version.ts';
import type { Hop } from '../../plan/plan.ts';
import { controlPlaneAt, isAt, packagesOff } from './hop-state.ts';

/** What is left to do on a node. */
export interface Due {
  readonly any: boolean;
  readonly stage: boolean;
  readonly controlPlane: boolean;
  readonly nodeConfig: boolean;
  readonly drain: boolean;
  readonly packages: boolean;
  readonly uncordon: boolean;
}

export interface DueNode {
  readonly node: NodeObservation;
  readonly due: Due;
}

/** Made from what runs there, so that what is done already is not due. */
export function dueOn(node: NodeObservation, hop: Hop, observation: Observation): Due {
  const { to } = hop;
  const drain = !isAt(node.kubelet, to);
  const controlPlane = node.role === 'control-plane' && (drain || controlPlaneBehind(node, hop, observation));
  const packages = drain || (node.host.known && packagesOff(node.host.value, to));
  const uncordon = drain || node.cordonedBy !== undefined;
  return {
    any: controlPlane || packages || uncordon,
    stage: controlPlane || packages,
    controlPlane,
    nodeConfig: node.role === 'worker' && drain,
    drain,
    packages,
    uncordon,
  };
}

function controlPlaneBehind(node: NodeObservation, { to }: Hop, { configuredVersion }: Observation): boolean {
  return !controlPlaneAt(node, to) || (configuredVersion.known && !isAt(configuredVersion.value, to));
}

/**
 * Minors whose kubeadm takes kubelet flags out of /var/lib/kubelet/kubeadm-flags.env, which kubelets from there on do not know; the
 * kubeadm of later minors does not: a worker that skipped it would get a kubelet that does not start.
 * Source: cmd/kubeadm/app/cmd/phases/upgrade/postupgrade.go, unwantedFlags, of 1.35.4 (pod-infra-container-image), empty in 1.36.3 and
 * 1.37.1; 1.27 did so for container-runtime.
 */
const CLEANING_MINORS = ['1.27', '1.35'];

/** Whether a worker needs this very hop's `kubeadm upgrade node`. */
export function workersMustPass({ to }: Hop, { kubelet }: NodeObservation): boolean {
  return CLEANING_MINORS.some((minor) => minorOf(to) === minor && !isAtLeastMinor(kubelet, minor));
}
