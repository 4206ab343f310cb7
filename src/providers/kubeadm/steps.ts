import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import { isAtLeastMinor, minorOf } from '../../cluster/version.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import type { Hop, Step, StepKind } from '../../plan/plan.ts';
import type { HopScope } from '../../plan/project.ts';
import { byName, controlPlaneAt, isAt, needsApply, orderControlPlanes, packagesOff } from './hop-state.ts';

/** Measured on two busy cores; a plan's forecast, not a limit. */
const EXPECTED_SECONDS: Readonly<Record<StepKind, number>> = {
  backup: 60,
  stage: 30,
  'control-plane': 150,
  'node-config': 10,
  drain: 60,
  kubelet: 30,
  ready: 15,
  uncordon: 2,
  settle: 20,
};

/**
 * The steps of one hop that are still to do: control planes one after another, then workers, and on each node first what needs
 * no drain. A node that is at the target already gets only what is missing, such as taking back Kubestair's own cordon.
 * Source of the order: kubernetes.io "Upgrading kubeadm clusters".
 */
export function kubeadmSteps(
  hop: Hop,
  observation: Observation,
  config: ClusterConfig,
  scope: HopScope = 'all',
): readonly Step[] {
  const controlPlanes = orderControlPlanes(observation.nodes, hop);
  const workers =
    scope === 'all' ? observation.nodes.filter(({ role }) => role === 'worker').toSorted(byName) : [];
  const byNode = [...controlPlanes, ...workers]
    .map((node) => stepsOfNode(node, { hop, observation, config, first: controlPlanes[0]?.name }))
    .filter((steps) => steps.length > 0);
  if (byNode.length === 0) return [];
  const whole = makeStep(
    'settle',
    hop,
    `Wait until the cluster is at ${hop.to} and as healthy as before`,
    EXPECTED_SECONDS.settle,
  );
  // The hop's own settle stands for the last node's.
  const last = byNode.length - 1;
  return [
    ...byNode.flatMap((steps, index) =>
      index === last ? steps.filter(({ kind }) => kind !== 'settle') : steps,
    ),
    whole,
  ];
}

interface HopInput {
  readonly hop: Hop;
  readonly observation: Observation;
  readonly config: ClusterConfig;
  /** The control plane that the hop begins with. */
  readonly first: string | undefined;
}

function stepsOfNode(node: NodeObservation, { hop, observation, config, first }: HopInput): readonly Step[] {
  const { name, role } = node;
  const { to } = hop;
  const step = (kind: StepKind, does: string, seconds = EXPECTED_SECONDS[kind]) =>
    makeStep(kind, hop, does, seconds, name);

  const kubeletBehind = !isAt(node.kubelet, to);
  const controlPlane =
    role === 'control-plane' && (kubeletBehind || controlPlaneBehind(node, hop, observation));
  const packages = kubeletBehind || (node.host.known && packagesOff(node.host.value, to));
  const cordoned = kubeletBehind || node.cordonedBy !== undefined;
  if (!controlPlane && !packages && !cordoned) return [];

  const apply = name === first && needsApply(name, observation.nodes, observation.configuredVersion, hop);
  const soak = role === 'control-plane' ? config.controlPlane.soakSeconds : 0;
  return [
    ...(controlPlane || packages ? [step('stage', `Bring the packages and images of ${to} to ${name}`)] : []),
    ...(controlPlane
      ? [
          step(
            'control-plane',
            apply
              ? `kubeadm upgrade apply ${to} on ${name}`
              : `kubeadm upgrade node on control plane ${name}`,
          ),
        ]
      : []),
    ...(role === 'worker' && kubeletBehind ? [step('node-config', `kubeadm upgrade node on ${name}`)] : []),
    ...(kubeletBehind ? [step('drain', `Cordon and drain ${name}`)] : []),
    ...(packages ? [step('kubelet', `kubelet and kubectl ${to} on ${name}, held; restart the kubelet`)] : []),
    step('ready', `Wait until ${name} is Ready at ${to}`),
    ...(cordoned ? [step('uncordon', `Uncordon ${name}, if Kubestair cordoned it`)] : []),
    step('settle', settleText(name, soak), EXPECTED_SECONDS.settle + soak),
  ];
}

function controlPlaneBehind(node: NodeObservation, { to }: Hop, { configuredVersion }: Observation): boolean {
  return !controlPlaneAt(node, to) || (configuredVersion.known && !isAt(configuredVersion.value, to));
}

function settleText(name: string, soak: number): string {
  const watch = soak > 0 ? `, and watch for ${soak} s` : '';
  return `Wait until workloads are as healthy as before ${name} was upgraded${watch}`;
}

function makeStep(kind: StepKind, hop: Hop, does: string, expectedSeconds: number, node?: string): Step {
  const id = [hop.to, node, kind].filter((part) => part !== undefined).join('/');
  return { id, kind, hop, ...(node === undefined ? {} : { node }), does, expectedSeconds };
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
