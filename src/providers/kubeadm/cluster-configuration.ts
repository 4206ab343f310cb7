import { parse, stringify } from 'yaml';
import { getIfThere } from '../../cluster/api.ts';
import { PLAN_GRANTS } from '../../cluster/grants.ts';
import { type Known, known, unknown } from '../../cluster/known.ts';
import type { VersionText } from '../../cluster/observation.ts';
import { readable } from '../../cluster/reads.ts';
import { versionOfTag } from '../../cluster/version.ts';
import { readYaml } from '../../cluster/yaml.ts';
import { KubestairError } from '../../errors.ts';
import type { Kube } from '../../ports/kube.ts';
import { DEFAULT_IMAGES, registryOf } from './scripts/registry.ts';

const CONFIG_MAP = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config';

/** What Kubestair reads of kubeadm's ClusterConfiguration; the rest is passed on as it is. */
export interface ClusterConfiguration {
  readonly kubernetesVersion?: string;
  readonly certificatesDir?: string;
  readonly imageRepository?: string;
  readonly etcd?: { readonly external?: unknown };
}

/** kubeadm's own record of the cluster. @throws KubestairError CLUSTER_UNSUPPORTED where there is none; KUBE_* */
export async function readClusterConfiguration(
  kube: Kube,
  signal?: AbortSignal,
): Promise<ClusterConfiguration> {
  const text = await readText(kube, signal);
  const parsed: unknown = text === undefined ? undefined : parse(text);
  if (typeof parsed === 'object' && parsed !== null) return parsed;
  throw new KubestairError(
    'CLUSTER_UNSUPPORTED',
    'ConfigMap kube-system/kubeadm-config holds no ClusterConfiguration',
    {
      object: 'ConfigMap/kube-system/kubeadm-config',
      next: 'Kubestair upgrades clusters that kubeadm made. If this is one, bring the ConfigMap back with kubeadm init phase upload-config kubeadm.',
    },
  );
}

/** The version that kubeadm last brought the cluster to. */
export async function readConfiguredVersion(kube: Kube, signal?: AbortSignal): Promise<Known<VersionText>> {
  const read = await readable(PLAN_GRANTS.kubeadmConfig, () => readText(kube, signal));
  if (!read.known) return read;
  const text = read.value;
  if (text === undefined) return unknown('there is no ConfigMap kube-system/kubeadm-config');
  const configuration = parse(text) as ClusterConfiguration | null;
  const version = versionOfTag(configuration?.kubernetesVersion ?? '');
  if (version === undefined)
    return unknown('ConfigMap kube-system/kubeadm-config names no kubernetesVersion');
  return known(version);
}

/** The registry that kubeadm takes images from: a host, and a port where there is one. */
export async function readImageRegistry(kube: Kube, signal?: AbortSignal): Promise<string> {
  const read = await readable(PLAN_GRANTS.kubeadmConfig, () => readText(kube, signal));
  const configuration = read.known && read.value !== undefined ? readYaml(read.value) : undefined;
  const repository = configuration?.imageRepository;
  return registryOf(typeof repository === 'string' && repository !== '' ? repository : DEFAULT_IMAGES);
}

/** The same configuration for another version, as a file for `kubeadm config images`: image names follow repositories and tags in it. */
export function configurationFor(configuration: ClusterConfiguration, version: VersionText): string {
  return stringify({ ...configuration, kubernetesVersion: version });
}

async function readText(kube: Kube, signal?: AbortSignal): Promise<string | undefined> {
  const map = await getIfThere<{ readonly data?: Readonly<Record<string, string>> }>(kube, CONFIG_MAP, {
    signal,
  });
  return map?.data?.ClusterConfiguration;
}
