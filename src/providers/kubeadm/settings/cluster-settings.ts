import { parse } from 'yaml';
import { z } from 'zod';
import { get } from '../../../cluster/api.ts';
import type { Setting, Settings } from '../../../cluster/evidence.ts';
import type { Known } from '../../../cluster/known.ts';
import { attempt } from '../../../evidence/attempt.ts';
import type { Kube } from '../../../ports/kube.ts';
import type { Program } from '../../../tables/names.ts';
import { type Argument, settingsOf } from './arguments.ts';
import { settingsOfConfig } from './component-config.ts';

/** A map in kubeadm.k8s.io/v1beta3, a list that may repeat a name since v1beta4. */
const extraArgs = z.union([
  z
    .record(z.string(), z.string())
    .transform((map) => Object.entries(map).map(([name, value]) => ({ name, value }))),
  z.array(z.object({ name: z.string(), value: z.string().default('') })),
]);

const component = z.object({ extraArgs: extraArgs.nullish() }).nullish();

const clusterConfiguration = z.object({
  apiServer: component,
  controllerManager: component,
  scheduler: component,
  etcd: z
    .object({ local: z.object({ extraArgs: extraArgs.nullish(), imageTag: z.string().nullish() }).nullish() })
    .nullish(),
});

/** A ConfigMap that kubeadm writes the hosts' files and static pods from when it upgrades them. */
interface Source {
  readonly name: string;
  readonly key: string;
  readonly read: (place: string, text: string) => readonly Setting[];
}

const SOURCES: readonly Source[] = [
  { name: 'kubeadm-config', key: 'ClusterConfiguration', read: settingsOfClusterConfiguration },
  {
    name: 'kubelet-config',
    key: 'kubelet',
    read: (place, text) => settingsOfConfig('kubelet', place, text),
  },
  {
    name: 'kube-proxy',
    key: 'config.conf',
    read: (place, text) => settingsOfConfig('kube-proxy', place, text),
  },
];

/** Settings that kubeadm keeps in the cluster. One that cannot be read leaves the others known. */
export async function clusterSettings(kube: Kube, signal?: AbortSignal): Promise<Settings> {
  const read = await Promise.all(SOURCES.map(async (source) => readSource(kube, source, signal)));
  return {
    found: read.flatMap(({ found }) => (found.known ? found.value : [])),
    unread: read.flatMap(({ place, found }) => (found.known ? [] : [{ place, reason: found.reason }])),
  };
}

async function readSource(
  kube: Kube,
  { name, key, read }: Source,
  signal?: AbortSignal,
): Promise<{ readonly place: string; readonly found: Known<readonly Setting[]> }> {
  const place = `ConfigMap/kube-system/${name}`;
  const grant = {
    group: '',
    resource: 'configmaps',
    verb: 'get',
    namespace: 'kube-system',
    names: [name],
  } as const;
  const found = await attempt(
    async () => {
      const path = `/api/v1/namespaces/kube-system/configmaps/${name}`;
      const map = await get<{ readonly data?: Readonly<Record<string, string>> }>(kube, path, { signal });
      const text = map.data?.[key];
      if (text === undefined) throw new Error(`it has no key ${key}`);
      return read(place, text);
    },
    { signal, grant },
  );
  return { place, found };
}

/** @throws Error for a text that is no ClusterConfiguration */
export function settingsOfClusterConfiguration(place: string, text: string): readonly Setting[] {
  const { apiServer, controllerManager, scheduler, etcd } = clusterConfiguration.parse(parse(text));
  const sections: readonly [
    Program,
    string,
    readonly Pick<Argument, 'name' | 'value'>[] | null | undefined,
  ][] = [
    ['kube-apiserver', 'apiServer', apiServer?.extraArgs],
    ['kube-controller-manager', 'controllerManager', controllerManager?.extraArgs],
    ['kube-scheduler', 'scheduler', scheduler?.extraArgs],
    ['etcd', 'etcd.local', etcd?.local?.extraArgs],
  ];
  const tag = etcd?.local?.imageTag;
  return [
    ...sections.flatMap(([program, section, args]) =>
      settingsOf(
        program,
        (args ?? []).map(({ name, value }) => ({ name, value, place: `${place}, ${section}.extraArgs` })),
      ),
    ),
    ...(tag === undefined || tag === null || tag === ''
      ? []
      : [{ kind: 'etcd-tag' as const, name: tag, place }]),
  ];
}
