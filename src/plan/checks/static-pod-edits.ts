import type { Setting, Settings } from '../../cluster/evidence.ts';
import { KUBEADM_FLAGS } from '../../tables/data/settings.ts';
import { namesAt } from '../../tables/names.ts';
import { REVIEWED } from '../../tables/reviewed.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/** `kubeadm upgrade` writes the manifests of static pods anew, out of the ClusterConfiguration (cmd/kubeadm/app/phases/controlplane). */
export const staticPodEdits: Check = {
  id: 'static-pod-edits',
  about: 'Static pods have no flags that the upgrade would drop: kubeadm writes their manifests anew.',
  severity: 'blocking',
  evidence:
    "The flags in /etc/kubernetes/manifests on every control-plane host, and kubeadm's ClusterConfiguration.",
  remedy: 'Move the flag to the ClusterConfiguration: kubectl -n kube-system edit configmap kubeadm-config.',
  find: ({ observation: { evidence }, steps }) => {
    if (!evidence.known) return [];
    const { clusterSettings, hostSettings } = evidence.value;
    if (clusterSettings.unread.some(({ place }) => place.endsWith('/kubeadm-config'))) return [];
    const rewritten = new Set(steps.filter(({ kind }) => kind === 'control-plane').map(({ node }) => node));
    return hostSettings.flatMap(({ node, found }) =>
      found.known && rewritten.has(node) ? editsOf(node, found.value, clusterSettings) : [],
    );
  },
};

/** Without it an API server of a cluster that is encrypted at rest never becomes ready. */
const VITAL = '--encryption-provider-config';

function editsOf(node: string, own: Settings, cluster: Settings): readonly Omit<Finding, 'check'>[] {
  const kept = new Set(cluster.found.map(keyOf));
  const lost = own.found.filter(
    (setting) => isOfStaticPod(setting) && !kept.has(keyOf(setting)) && !isKubeadms(setting),
  );
  const byProgram = Map.groupBy(lost, programOf);
  return [...byProgram].map(([program, settings]) => {
    const texts = [...new Set(settings.map(textOf))];
    const vital = texts.includes(VITAL);
    const end = vital ? ', and the API server cannot read what is encrypted any more' : '';
    return {
      severity: vital ? 'blocking' : 'warning',
      object: `Pod/kube-system/${program}-${node}`,
      message: `runs with ${texts.join(', ')} (${settings[0]?.place}), which is not in kubeadm's ClusterConfiguration: the upgrade drops ${texts.length === 1 ? 'it' : 'them'}${end}`,
      remedy: `If it is meant to stay, add it to extraArgs: kubectl -n kube-system edit configmap kubeadm-config.`,
    };
  });
}

function isOfStaticPod(setting: Setting): boolean {
  return setting.kind !== 'field' && programOf(setting) !== 'kubelet';
}

const defaults = new Set(REVIEWED.minors.flatMap((minor) => [...namesAt(KUBEADM_FLAGS, minor)]));

/** What kubeadm gives by itself; lists are judged item by item. */
function isKubeadms(setting: Setting): boolean {
  if (setting.kind === 'admission-plugin') return setting.name === 'NodeRestriction';
  if (setting.kind !== 'flag') return false;
  return defaults.has(setting.name) || setting.name === 'runtime-config';
}

function programOf(setting: Setting): string {
  return 'program' in setting ? setting.program : 'kube-apiserver';
}

function keyOf(setting: Setting): string {
  return `${setting.kind} ${programOf(setting)} ${textOf(setting)}`;
}

function textOf(setting: Setting): string {
  switch (setting.kind) {
    case 'flag':
      return `--${setting.name}`;
    case 'gate':
      return `the feature gate ${setting.name}=${setting.on}`;
    case 'admission-plugin':
      return `the admission plug-in ${setting.name}`;
    case 'runtime-version':
      return `${setting.name} in runtime-config`;
    case 'field':
    case 'etcd-tag':
      return setting.name;
  }
}
