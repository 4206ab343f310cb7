import { LabError } from './errors.ts';
import type { LabHost, LabState } from './state.ts';

export interface Shape {
  readonly controlPlanes: number;
  readonly workers: number;
  /** Hosts that are up and belong to no cluster. */
  readonly spares?: number;
  /** Hosts of their own for etcd, which systemd runs there; none: etcd runs on the control planes as kubeadm makes it. */
  readonly etcdHosts: number;
}

/** The hosts of a lab of that shape, with the addresses that its slot gives them. */
export function layOut(slot: number, shape: Shape): readonly LabHost[] {
  if (shape.controlPlanes !== 1 && shape.controlPlanes !== 3) {
    throw new LabError(`a lab has 1 or 3 control planes, not ${shape.controlPlanes}`);
  }
  if (!Number.isInteger(shape.workers) || shape.workers < 0 || shape.workers > 20) {
    throw new LabError(`a lab has 0 to 20 workers, not ${shape.workers}`);
  }
  if (![0, 1, 3].includes(shape.etcdHosts)) {
    throw new LabError(`a lab has 1 or 3 hosts for etcd, or none of their own, not ${shape.etcdHosts}`);
  }
  const controlPlanes = count(shape.controlPlanes).map((n): LabHost => {
    return {
      name: `cp${n}`,
      role: 'control-plane',
      address: `${network(slot)}.${10 + n}`,
      podCidr: pods(slot, n),
    };
  });
  const workers = count(shape.workers).map((n): LabHost => {
    return {
      name: `w${n}`,
      role: 'worker',
      address: `${network(slot)}.${20 + n}`,
      podCidr: pods(slot, 10 + n),
    };
  });
  const etcd = count(shape.etcdHosts).map((n): LabHost => {
    return { name: `e${n}`, role: 'etcd', address: `${network(slot)}.${40 + n}`, podCidr: undefined };
  });
  const spares = count(shape.spares ?? 0).map((n): LabHost => {
    return {
      name: `s${n}`,
      role: 'spare',
      address: `${network(slot)}.${60 + n}`,
      podCidr: pods(slot, 40 + n),
    };
  });
  const balancer: LabHost = {
    name: 'lb1',
    role: 'balancer',
    address: `${network(slot)}.10`,
    podCidr: undefined,
  };
  return shape.controlPlanes === 1
    ? [...etcd, ...controlPlanes, ...workers, ...spares]
    : [balancer, ...etcd, ...controlPlanes, ...workers, ...spares];
}

/** First three numbers of a lab's host network, a /24. */
export function network(slot: number): string {
  return `10.250.${slot}`;
}

/** The machine's own address on the lab's bridge. */
export function gateway(slot: number): string {
  return `${network(slot)}.1`;
}

/** The subnet of all Services, kubeadm's own choice; the network of one lab's Services is nobody else's business. */
export const serviceNetwork = '10.96.0.0/12';

/** The subnet of all pods of a lab, outside that of the Services. */
export function podNetwork(slot: number): string {
  return `10.${128 + slot}.0.0/16`;
}

/** Name of the lab's bridge. */
export function bridgeName(slot: number): string {
  return `kslab${slot}`;
}

/** What systemd-nspawn calls a host: it differs between labs, and is short since a network link is named after it. */
export function machineName(slot: number, host: string): string {
  return `ks${slot}-${host}`;
}

/** The host that answers for the API server: the balancer if there is one, or the only control plane. */
export function endpointHost(hosts: readonly LabHost[]): LabHost {
  return hosts.find((host) => host.role === 'balancer') ?? firstControlPlane(hosts);
}

/** The control plane on which the cluster was made. */
export function firstControlPlane(hosts: readonly LabHost[]): LabHost {
  const host = hosts.find((candidate) => candidate.role === 'control-plane');
  if (host === undefined) throw new LabError('this lab has no control plane; take it down and start another');
  return host;
}

/** The hosts that are nodes of the cluster. */
export function clusterHosts(hosts: readonly LabHost[]): readonly LabHost[] {
  return hosts.filter(({ role }) => role === 'control-plane' || role === 'worker');
}

/** The hosts of an external etcd. */
export function etcdHosts(hosts: readonly LabHost[]): readonly LabHost[] {
  return hosts.filter(({ role }) => role === 'etcd');
}

/** The host of that name. */
export function hostNamed(state: LabState, name: string): LabHost {
  const host = state.hosts.find((candidate) => candidate.name === name);
  if (host !== undefined) return host;
  const names = state.hosts.map((candidate) => candidate.name).join(', ');
  throw new LabError(`lab ${state.name} has no host ${name}; it has ${names}`);
}

function pods(slot: number, index: number): string {
  return `10.${128 + slot}.${index}.0/24`;
}

function count(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
