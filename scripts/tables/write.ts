import type { ApiRow } from './api-table.ts';
import { apiRows } from './api-table.ts';
import { admissionPluginsOf, flagsOf, PROGRAMS, type Program } from './flag-table.ts';
import { gatesOf } from './gate-table.ts';
import { minorsByName, namesLiteral } from './names-by-minor.ts';
import type { ReleaseSources } from './release.ts';
import { kubeadmFlagsOf, kubeletFieldsOf, kubeProxyFieldsOf, runtimeVersionsOf } from './source-tables.ts';

const HEAD = '// Written by scripts/tables.ts from the sources and programs of Kubernetes.\n';

/** src/tables/data/apis.ts */
export function apisModule(releases: readonly ReleaseSources[]): string {
  const rows = apiRows(releases).map(rowText);
  return `${HEAD}
/** A row for each API: group/version, kind, resource, deprecated in, removed in, replacement, replacement since; \`-\` for none. */
export const API_ROWS = \`
${rows.join('\n')}
\`;
`;
}

function rowText(row: ApiRow): string {
  const { api, kind, resource, deprecatedIn, removedIn, replacement, replacementSince } = row;
  const cells = [api, kind, resource, deprecatedIn, removedIn, replacement, replacementSince];
  return cells.map((cell) => (cell === '' ? '-' : cell)).join(' ');
}

/** src/tables/data/settings.ts: what follows from sources alone. */
export function settingsModule(releases: readonly ReleaseSources[]): string {
  const namesOf = (read: (release: ReleaseSources) => Iterable<string>): string =>
    namesLiteral(minorsByName(new Map(releases.map((release) => [release.minor, read(release)]))));
  const gatesIn = (state: string) => (release: ReleaseSources) =>
    [...gatesOf(release)].flatMap(([name, own]) => (own === state ? [name] : []));
  const etcd = releases.map(({ minor, etcdVersion }) => `'${minor}': '${etcdVersion}'`);
  return `${HEAD}import type { NamesByMinor } from '../names.ts';

/** Feature gates that may be on or off. */
export const FREE_GATES: NamesByMinor = ${namesOf(gatesIn('free'))};

/** Feature gates that are on, and that no component starts without. */
export const GATES_LOCKED_ON: NamesByMinor = ${namesOf(gatesIn('locked-on'))};

/** Feature gates that are off, and that no component starts with. */
export const GATES_LOCKED_OFF: NamesByMinor = ${namesOf(gatesIn('locked-off'))};

/** API versions that --runtime-config of kube-apiserver may name. */
export const RUNTIME_VERSIONS: NamesByMinor = ${namesOf(runtimeVersionsOf)};

/** Top-level fields of KubeletConfiguration, kubelet.config.k8s.io/v1beta1. */
export const KUBELET_FIELDS: NamesByMinor = ${namesOf(kubeletFieldsOf)};

/** Top-level fields of KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1. */
export const KUBE_PROXY_FIELDS: NamesByMinor = ${namesOf(kubeProxyFieldsOf)};

/** Flags that kubeadm itself gives to the static pods of a control plane. */
export const KUBEADM_FLAGS: NamesByMinor = ${namesOf(kubeadmFlagsOf)};

/** The etcd that kubeadm of a minor brings. */
export const ETCD_OF_MINOR: Readonly<Record<string, string>> = { ${etcd.join(', ')} };
`;
}

/** src/tables/data/flags.ts: what the programs themselves say. */
export async function flagsModule(
  releases: readonly ReleaseSources[],
  binaryOf: (program: Program, release: ReleaseSources) => Promise<string>,
): Promise<string> {
  const tables: string[] = [];
  for (const program of PROGRAMS) {
    const sets = new Map<string, readonly string[]>();
    for (const release of releases) {
      sets.set(release.minor, await flagsOf(program, await binaryOf(program, release), release));
    }
    tables.push(`  ${program === 'etcd' ? program : `'${program}'`}: ${namesLiteral(minorsByName(sets))},`);
  }
  const plugins = new Map<string, readonly string[]>();
  for (const release of releases) {
    plugins.set(release.minor, await admissionPluginsOf(await binaryOf('kube-apiserver', release)));
  }
  return `${HEAD}import type { NamesByMinor, Program } from '../names.ts';

/** Flags of every program, hidden ones included; etcd's by the minor of Kubernetes whose kubeadm brings it. */
export const FLAGS: Readonly<Record<Program, NamesByMinor>> = {
${tables.join('\n')}
};

/** Admission plug-ins of kube-apiserver. */
export const ADMISSION_PLUGINS: NamesByMinor = ${namesLiteral(minorsByName(plugins))};
`;
}
