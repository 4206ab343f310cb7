import type { Kube } from '../ports/kube.ts';
import { get } from './api.ts';
import { PLAN_GRANTS } from './grants.ts';
import { type Known, known, unknown } from './known.ts';
import { type KubeletSettings, kubeletSettings } from './kubelet-config.ts';
import { readable } from './reads.ts';
import { readYaml } from './yaml.ts';

const PATH = '/api/v1/namespaces/kube-system/configmaps/kubelet-config';

/** The KubeletConfiguration that an upgrade writes to every host, as far as a plan looks at it. */
export async function readKubeletConfig(kube: Kube, signal?: AbortSignal): Promise<Known<KubeletSettings>> {
  const read = await readable(PLAN_GRANTS.componentConfigs, () =>
    get<{ readonly data?: Readonly<Record<string, string>> }>(kube, PATH, { signal }),
  );
  if (!read.known) return read;
  const config = readYaml(read.value.data?.kubelet ?? '');
  if (config === undefined)
    return unknown('ConfigMap kube-system/kubelet-config holds no KubeletConfiguration');
  return known(kubeletSettings(config));
}
