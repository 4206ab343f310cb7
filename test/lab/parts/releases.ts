/** A Kubernetes release of the lab and what its kubeadm installs beside it. */
export interface Release {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
}

/** From `cmd/kubeadm/app/constants/constants.go` of each release; `images.ts` compares with kubeadm itself. */
export const releases: readonly Release[] = [
  { kubernetes: '1.35.4', etcd: '3.6.6', coredns: '1.13.1', pause: '3.10.1' },
  { kubernetes: '1.36.3', etcd: '3.6.8', coredns: '1.14.2', pause: '3.10.2' },
  { kubernetes: '1.37.1', etcd: '3.7.0', coredns: '1.14.6', pause: '3.10.2' },
];

/** The release of that exact version. */
export function releaseOf(kubernetes: string): Release {
  const release = releases.find((candidate) => candidate.kubernetes === kubernetes);
  if (release) return release;
  const known = releases.map((candidate) => candidate.kubernetes).join(', ');
  throw new Error(`the lab knows Kubernetes ${known}, not ${kubernetes}: add it to releases.ts`);
}

/** `v1.36` of `1.36.3`. */
export function minorOf(kubernetes: string): string {
  return `v${kubernetes.split('.').slice(0, 2).join('.')}`;
}
