import { coerce, compare } from 'semver';
import { isAtLeastMinor } from '../../cluster/version.ts';
import type { Finding, Hop } from '../plan.ts';
import type { Check } from './check.ts';

interface Floor {
  /** As the scheme of nodeInfo.containerRuntimeVersion. */
  readonly runtime: string;
  /** First minor of Kubernetes that asks for it. */
  readonly since: string;
  readonly atLeast: string;
  readonly severity: Finding['severity'];
  readonly why: string;
}

/**
 * CRI v1alpha2 is gone since 1.26 (release notes of 1.26; containerd 1.6 and CRI-O 1.20 were the first with v1).
 * The CRI call RuntimeConfig, by which the kubelet learns the cgroup driver, came with containerd 2.0 and CRI-O 1.28; without it the
 * kubelet falls back to its own setting until 1.38 (KEP-4033; kubeadm preflight/checks.go of 1.37, ContainerRuntimeVersionCheck).
 * Reviewed up to Kubernetes 1.37.
 */
const FLOORS: readonly Floor[] = [
  {
    runtime: 'containerd',
    since: '1.26',
    atLeast: '1.6.0',
    severity: 'blocking',
    why: 'since a kubelet of 1.26 and later speaks CRI v1 alone',
  },
  {
    runtime: 'cri-o',
    since: '1.26',
    atLeast: '1.20.0',
    severity: 'blocking',
    why: 'since a kubelet of 1.26 and later speaks CRI v1 alone',
  },
  {
    runtime: 'containerd',
    since: '1.38',
    atLeast: '2.0.0',
    severity: 'blocking',
    why: 'for the CRI call RuntimeConfig, without which a kubelet of 1.38 does not start',
  },
  {
    runtime: 'cri-o',
    since: '1.38',
    atLeast: '1.28.0',
    severity: 'blocking',
    why: 'for the CRI call RuntimeConfig, without which a kubelet of 1.38 does not start',
  },
  {
    runtime: 'containerd',
    since: '1.36',
    atLeast: '2.0.0',
    severity: 'warning',
    why: 'for the CRI call RuntimeConfig, which Kubernetes 1.38 insists on',
  },
  {
    runtime: 'cri-o',
    since: '1.36',
    atLeast: '1.28.0',
    severity: 'warning',
    why: 'for the CRI call RuntimeConfig, which Kubernetes 1.38 insists on',
  },
];

/** Container runtimes are new enough for the kubelets of the hops. */
export const containerRuntime: Check = {
  id: 'container-runtime',
  about: 'The container runtime of every node is new enough for the kubelets that come.',
  severity: 'blocking',
  evidence:
    'The runtime and version that each node reports, and the hops of the plan. Reviewed up to Kubernetes 1.37.',
  remedy: 'Upgrade the container runtime, node by node, before the hop.',
  find: ({ observation, hops }) =>
    observation.nodes.flatMap(({ name, containerRuntime: text }) => {
      const [runtime = '', written = ''] = text.split('://');
      const floor = floorFor(runtime, written, hops);
      if (floor === undefined) return [];
      return [
        {
          severity: floor.severity,
          object: `Node/${name}`,
          message: `runs ${runtime} ${written}; ${floor.atLeast} or later is asked for ${floor.why}`,
          remedy: `Bring ${runtime} to ${floor.atLeast} or later on ${name}, with the node drained.`,
        },
      ];
    }),
};

/** The first floor that the runtime is below: graver ones stand first. */
function floorFor(runtime: string, written: string, hops: readonly Hop[]): Floor | undefined {
  const version = coerce(written);
  if (version === null) return undefined;
  return FLOORS.find(
    (floor) =>
      floor.runtime === runtime &&
      hops.some(({ to }) => isAtLeastMinor(to, floor.since)) &&
      compare(version, floor.atLeast) < 0,
  );
}
