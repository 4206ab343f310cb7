import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { apiOf, groupNameIn } from './api-table.ts';
import type { ReleaseSources } from './release.ts';

/** Every `group/version` that the API server of a release can be told of by --runtime-config, served or not. */
export function runtimeVersionsOf({ kubernetes, extensions, aggregator }: ReleaseSources): readonly string[] {
  const packages = [
    ...globSync(`${kubernetes}/pkg/apis/*/install`),
    path.join(extensions, 'pkg/apis/apiextensions/install'),
    path.join(aggregator, 'pkg/apis/apiregistration/install'),
  ];
  return packages.flatMap((directory) => {
    const group = groupNameIn(directory);
    if (group === undefined) return [];
    const source = readFileSync(path.join(directory, 'install.go'), 'utf8');
    const versions = [...source.matchAll(/\b(?:\w+?)?(v\d+(?:(?:alpha|beta)\d+)?)\.AddToScheme\(/g)];
    return versions.map(([, version = '']) => apiOf(group, version));
  });
}

/** Top-level fields of a type of configuration, by their names in JSON. */
function fieldsOf(file: string, type: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const body = new RegExp(`^type ${type} struct \\{\\n(.*?)^\\}`, 'ms').exec(source)?.[1];
  if (body === undefined) throw new Error(`${file} has no type ${type}`);
  const tags = [...body.matchAll(/`json:"([A-Za-z0-9]+)[",]/g)].map(([, name = '']) => name);
  return ['apiVersion', 'kind', ...tags];
}

/** kubelet.config.k8s.io/v1beta1, KubeletConfiguration. */
export function kubeletFieldsOf({ kubelet }: ReleaseSources): readonly string[] {
  return fieldsOf(path.join(kubelet, 'config/v1beta1/types.go'), 'KubeletConfiguration');
}

/** kubeproxy.config.k8s.io/v1alpha1, KubeProxyConfiguration. */
export function kubeProxyFieldsOf({ kubeProxy }: ReleaseSources): readonly string[] {
  return fieldsOf(path.join(kubeProxy, 'config/v1alpha1/types.go'), 'KubeProxyConfiguration');
}

/** Written by kubeadm of releases that are not read here any more, for etcd 3.5. */
const EARLIER = ['experimental-initial-corrupt-check', 'experimental-watch-progress-notify-interval'];

/** Flags that kubeadm itself gives to the static pods of a control plane. */
export function kubeadmFlagsOf({ kubernetes }: ReleaseSources): readonly string[] {
  const files = ['phases/controlplane/manifests.go', 'phases/etcd/local.go'];
  const source = files.map((file) => readFileSync(path.join(kubernetes, 'cmd/kubeadm/app', file), 'utf8'));
  const names = source.join('\n').matchAll(/(?:\bName: +|\bSetArgValues\(\w+, *)"([a-z-]+)"/g);
  return [...[...names].map(([, name = '']) => name), ...EARLIER];
}
