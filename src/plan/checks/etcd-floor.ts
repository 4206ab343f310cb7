import { compare, parse } from 'semver';
import { isAtLeastMinor } from '../../cluster/version.ts';
import type { Finding, Hop } from '../plan.ts';
import type { Check } from './check.ts';

interface Floor {
  /** First minor of Kubernetes whose kubeadm may bring the newer etcd. */
  readonly from: string;
  /** etcd minor that is left. */
  readonly minor: string;
  readonly atLeast: string;
  readonly severity: Finding['severity'];
  readonly why: string;
}

/**
 * Versions that an etcd member needs before the next etcd minor.
 * 3.5: 3.6 turns learners that 3.5 lost track of into broken quorums (etcd-io/etcd#19557).
 * 3.6: asked for by etcd's upgrade guide to 3.7. It only warns, since no kubeadm of 1.36 brings 3.6.11 (1.36.4: 3.6.8) and
 * kubeadm 1.37 takes the step from there (cmd/kubeadm/app/constants, SupportedEtcdVersion). Reviewed up to Kubernetes 1.37.
 */
const FLOORS: readonly Floor[] = [
  {
    from: '1.34',
    minor: '3.5',
    atLeast: '3.5.26',
    severity: 'blocking',
    why: 'before etcd 3.6, which could lose its quorum otherwise',
  },
  {
    from: '1.37',
    minor: '3.6',
    atLeast: '3.6.11',
    severity: 'warning',
    why: 'before etcd 3.7, as its upgrade guide asks',
  },
];

/** Members of etcd are new enough for the etcd that comes with a hop. */
export const etcdFloor: Check = {
  id: 'etcd-floor',
  about: 'Members of etcd have the patch that the next minor of etcd asks for.',
  severity: 'blocking',
  evidence: 'The version that each member of etcd reports, and the hops of the plan.',
  remedy: 'Bring etcd to the patch that is asked for before the hop.',
  find: ({ observation: { etcd }, hops }) => {
    // kubeadm brings no new version to an external etcd.
    if (!etcd.known || etcd.value.topology === 'external') return [];
    const floors = FLOORS.filter(({ from }) => hops.some((hop) => crosses(hop, from)));
    return etcd.value.members.flatMap(({ name, version }) =>
      floors.filter((floor) => isBelow(version, floor)).map((floor) => asFinding(name, version, floor)),
    );
  },
};

function crosses({ from, to }: Hop, minor: string): boolean {
  return !isAtLeastMinor(from, minor) && isAtLeastMinor(to, minor);
}

function isBelow(text: string, { minor, atLeast }: Floor): boolean {
  const version = parse(text);
  return version !== null && `${version.major}.${version.minor}` === minor && compare(version, atLeast) < 0;
}

function asFinding(name: string, version: string, { atLeast, severity, why }: Floor): Omit<Finding, 'check'> {
  return {
    severity,
    object: `etcd member ${name}`,
    message: `runs etcd ${version}; ${atLeast} is asked for ${why}`,
    remedy: `Set etcd.local.imageTag to ${atLeast}-0 in ConfigMap/kube-system/kubeadm-config and let kubeadm upgrade apply the present version.`,
  };
}
