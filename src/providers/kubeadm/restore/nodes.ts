import type { Finding } from '../../../plan/plan.ts';
import type { BackedUpNode, RestoreRequest } from '../../../restore/etcd/restorer.ts';

/** Which nodes a restore has to do with, and what became of the others. */
export interface RestoreNodes {
  readonly controlPlanes: readonly BackedUpNode[];
  readonly workers: readonly BackedUpNode[];
  readonly findings: readonly Finding[];
}

/** The nodes of the backup, but for those that are gone; and those that joined since, whose kubelets have to look again. */
export function nodesOf({
  backup: { manifest },
  nodes,
  live,
  without,
  command,
}: RestoreRequest): RestoreNodes {
  // A cluster that lost its data says nothing about who is part of it.
  const now = live.known && live.value.uid === manifest.cluster.uid ? live.value.nodes : undefined;
  const names = new Set(nodes.map(({ name }) => name));
  const joined = (now ?? []).filter(({ name }) => !names.has(name));
  const left = now === undefined ? [] : nodes.filter((node) => !now.some(({ name }) => name === node.name));
  const gone = new Set([...without, ...left.map(({ name }) => name)]);
  const there = nodes.filter(({ name }) => !gone.has(name));
  return {
    controlPlanes: there.filter(({ role }) => role === 'control-plane'),
    workers: [...there, ...joined].filter(({ role }) => role === 'worker'),
    findings: [
      ...joined.map((node) => joinedSince(node, command)),
      ...nodes.filter(({ name }) => gone.has(name)).map(leftSince),
      ...without.filter((name) => !names.has(name)).map(notKnown),
    ],
  };
}

function joinedSince({ name, role }: BackedUpNode, command: RestoreRequest['command']): Finding {
  const finding = { check: 'restore-nodes', object: `Node/${name}` } as const;
  if (role === 'control-plane' || command === 'rollback') {
    return {
      ...finding,
      severity: 'blocking',
      message: `it joined after the backup, which knows nothing of it`,
      remedy: `Take it out of the cluster first (kubectl drain ${name}, kubeadm reset on the host, kubectl delete node ${name}), and let it join again afterwards.`,
    };
  }
  return {
    ...finding,
    severity: 'warning',
    message:
      'it joined after the backup: it registers itself again, without the labels, taints and annotations that others gave it',
    remedy: 'Give it its labels and taints again after the restore.',
  };
}

function leftSince({ name }: BackedUpNode): Finding {
  return {
    check: 'restore-nodes',
    severity: 'warning',
    object: `Node/${name}`,
    message:
      'it is part of the backup and not of the cluster any more: it comes back as a node that is not Ready',
    remedy: `After the restore: kubectl delete node ${name}.`,
  };
}

function notKnown(name: string): Finding {
  return {
    check: 'restore-nodes',
    severity: 'blocking',
    object: `Node/${name}`,
    message: 'it is to be left out, but the backup has no such node',
    remedy: 'Correct --without.',
  };
}
