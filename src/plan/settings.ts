import { parse } from 'semver';
import type { Setting } from '../cluster/evidence.ts';
import type { VersionText } from '../cluster/observation.ts';
import { minorOf } from '../cluster/version.ts';
import { ADMISSION_PLUGINS, FLAGS } from '../tables/data/flags.ts';
import {
  ETCD_OF_MINOR,
  FREE_GATES,
  GATES_LOCKED_OFF,
  GATES_LOCKED_ON,
  KUBE_PROXY_FIELDS,
  KUBELET_FIELDS,
  RUNTIME_VERSIONS,
} from '../tables/data/settings.ts';
import { type NamesByMinor, namesAt, type Program } from '../tables/names.ts';
import { settingsReviewed } from '../tables/reviewed.ts';
import type { CheckInput } from './checks/check.ts';

/** A setting that a target of the path does not take. */
export interface Refusal<Kind extends Setting['kind'] = Setting['kind']> {
  readonly setting: Extract<Setting, { kind: Kind }>;
  /** `Node/w1`, or the ConfigMap that it is written in. */
  readonly object: string;
  /** The first target that does not take it. */
  readonly to: VersionText;
  /** What runs when it is refused, for people: `kubelet v1.37.1`. */
  readonly program: string;
}

/** Gates that stand for all of a stage. */
const STAGES = ['AllAlpha', 'AllBeta'];

/**
 * Settings of one kind that some target does not take, each at the first one. Those of hosts go by what their own kubelet is brought
 * to; those of the cluster by every hop. Targets that the tables were not made for are left out: reviewed-versions tells of them.
 */
export function refusals<Kind extends Setting['kind']>(
  kind: Kind,
  { observation: { evidence }, hops, steps }: CheckInput,
): readonly Refusal<Kind>[] {
  if (!evidence.known) return [];
  const { clusterSettings, hostSettings } = evidence.value;
  const etcdTag = clusterSettings.found.find((setting) => setting.kind === 'etcd-tag')?.name;
  const isOfKind = (setting: Setting): setting is Extract<Setting, { kind: Kind }> => setting.kind === kind;
  const judge = (
    found: readonly Setting[],
    targets: readonly VersionText[],
    object: (at: Setting) => string,
  ) =>
    found.filter(isOfKind).flatMap((setting): readonly Refusal<Kind>[] => {
      const to = targets.filter(settingsReviewed).find((target) => isRefused(setting, target, etcdTag));
      if (to === undefined) return [];
      return [{ setting, object: object(setting), to, program: programOf(setting, to, etcdTag) }];
    });
  const hopTargets = hops.map(({ to }) => to);
  return [
    ...judge(clusterSettings.found, hopTargets, ({ place }) => place.replace(/,.*$/, '')),
    ...hostSettings.flatMap(({ node, found }) => {
      const targets = steps.filter((step) => step.kind === 'kubelet' && step.node === node);
      const own = found.known ? found.value.found.filter(isKubelets) : [];
      return judge(
        own,
        targets.map(({ hop }) => hop.to),
        () => `Node/${node}`,
      );
    }),
  ];
}

/** What kubeadm does not write anew when it upgrades a host. */
function isKubelets(setting: Setting): boolean {
  return 'program' in setting && setting.program === 'kubelet';
}

function isRefused(setting: Setting, target: VersionText, etcdTag: string | undefined): boolean {
  const minor = minorOf(target);
  switch (setting.kind) {
    case 'flag':
      return !namesAt(FLAGS[setting.program], tableMinor(setting.program, minor, etcdTag)).has(setting.name);
    case 'gate':
      return !takesGate(setting.name, setting.on, minor);
    case 'field':
      return !namesAt(setting.program === 'kubelet' ? KUBELET_FIELDS : KUBE_PROXY_FIELDS, minor).has(
        setting.name,
      );
    case 'admission-plugin':
      return !namesAt(ADMISSION_PLUGINS, minor).has(setting.name);
    case 'runtime-version':
      return !namesAt(RUNTIME_VERSIONS, minor).has(setting.name);
    case 'etcd-tag':
      return false;
  }
}

function takesGate(name: string, on: boolean, minor: string): boolean {
  if (STAGES.includes(name)) return true;
  const has = (table: NamesByMinor) => namesAt(table, minor).has(name);
  return has(FREE_GATES) || has(on ? GATES_LOCKED_ON : GATES_LOCKED_OFF);
}

/** Whether a minor has the gate at all, be it locked. */
export function hasGate(name: string, version: VersionText): boolean {
  return [FREE_GATES, GATES_LOCKED_ON, GATES_LOCKED_OFF].some((table) =>
    namesAt(table, minorOf(version)).has(name),
  );
}

function programOf(setting: Setting, to: VersionText, etcdTag: string | undefined): string {
  const program = 'program' in setting ? setting.program : 'kube-apiserver';
  if (program !== 'etcd') return `${program} ${to}`;
  return `etcd ${etcdTag ?? ETCD_OF_MINOR[minorOf(to)] ?? ''} (with ${to})`;
}

/** The minor of Kubernetes whose column holds: for an etcd that is kept at a tag, one whose etcd is of that minor. */
function tableMinor(program: Program, minor: string, etcdTag: string | undefined): string {
  if (program !== 'etcd' || etcdTag === undefined) return minor;
  const kept = etcdMinor(etcdTag);
  return Object.keys(ETCD_OF_MINOR).find((of) => etcdMinor(ETCD_OF_MINOR[of] ?? '') === kept) ?? minor;
}

function etcdMinor(version: string): string {
  const parsed = parse(version);
  return parsed === null ? '' : `${parsed.major}.${parsed.minor}`;
}

/** `/etc/default/kubelet, line 3`. */
export function placeOf({ place, line }: Setting): string {
  return line === undefined ? place : `line ${line} of ${place}`;
}
