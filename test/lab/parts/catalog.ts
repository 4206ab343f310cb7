import type { PartRef } from './recipes.ts';
import { releaseOf, releases } from './releases.ts';

/** Parts that do not belong to a Kubernetes release. */
const tools: readonly PartRef[] = [
  { name: 'crane', version: '0.21.9' },
  { name: 'containerd', version: '2.2.9' },
  { name: 'versitygw', version: '1.8.0' },
  { name: 'web', version: '1' },
  { name: 'registry', version: '1' },
  { name: 'actionlint', version: '1.7.12' },
  { name: 'age', version: '1.3.2' },
  { name: 'act', version: '0.2.89' },
  { name: 'velero', version: '1.18.3' },
  { name: 'velero-plugin-for-aws', version: '1.14.3' },
];

const clusterTools: readonly PartRef['name'][] = ['containerd', 'versitygw', 'web', 'registry'];

/** Everything a lab with that Kubernetes version needs, small parts first. */
export function partsForKubernetes(version: string): readonly PartRef[] {
  const release = releaseOf(version);
  return [
    ...tools.filter((tool) => clusterTools.includes(tool.name)),
    { name: 'pause', version: release.pause },
    { name: 'kubernetes', version },
    { name: 'etcd', version: release.etcd },
    { name: 'coredns', version: release.coredns },
  ];
}

/** The part of that name in the version that the lab uses; for parts that belong to no release. */
export function toolPart(name: PartRef['name']): PartRef {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`${name} has one version per Kubernetes release: name the version too`);
  return tool;
}

/** Every part that can be built. */
export function knownParts(): readonly PartRef[] {
  return uniqueParts([
    ...tools,
    ...releases.flatMap((release) => partsForKubernetes(release.kubernetes)),
    ...releases.flatMap(({ kubernetes }): readonly PartRef[] => [
      { name: 'kube-apiserver', version: kubernetes },
      { name: 'kubeadm-oracle', version: kubernetes },
    ]),
  ]);
}

/** Drops repetitions, keeps the order. */
export function uniqueParts(refs: readonly PartRef[]): readonly PartRef[] {
  return [...new Map(refs.map((ref) => [`${ref.name}@${ref.version}`, ref])).values()];
}
