import { canonicalJson } from '../canonical.ts';
import { approvedSteps, type Hashed, isApproved } from '../hash.ts';
import type { Finding } from '../plan.ts';
import { changesOf, matchBy } from './records.ts';
import { stepDrift } from './steps.ts';

/** More lines than this are no help; a new plan shows the rest. */
const mostLines = 40;

/**
 * What differs between the plan that was approved and the one of today, a line each, causes first: the tool, the file, nodes, etcd,
 * settings, then findings and steps that follow from them. Empty where they have one hash.
 */
export function planDrift(approved: Hashed, now: Hashed): readonly string[] {
  const lines = [
    ...(approved.tool === now.tool ? [] : [`Kubestair: planned by ${approved.tool}, this is ${now.tool}`]),
    ...(approved.clusterUid === now.clusterUid
      ? []
      : [`it is another cluster: UID ${approved.clusterUid}, now ${now.clusterUid}`]),
    ...changeLines('cluster file', approved.basis.config, now.basis.config),
    ...changeLines("kubeadm's record", approved.basis.configuredVersion, now.basis.configuredVersion),
    ...nodeDrift(approved, now),
    ...etcdDrift(approved, now),
    ...settingDrift(approved, now),
    ...findingDrift(approved.findings, now.findings),
    ...stepDrift(approvedSteps(approved.steps), approvedSteps(now.steps)),
  ];
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more differences`];
}

function changeLines(what: string, before: unknown, after: unknown): readonly string[] {
  return changesOf(before, after).map(
    (change) => `${what}: ${change.path === '' ? '' : `${change.path} `}${change.before} → ${change.after}`,
  );
}

function nodeDrift(
  { basis: { nodes: before } }: Hashed,
  { basis: { nodes: after } }: Hashed,
): readonly string[] {
  const { added, removed, kept } = matchBy(before, after, ({ name }) => name);
  return [
    ...added.map(({ name, role, kubelet }) => `Node/${name} is new: ${role}, kubelet ${kubelet}`),
    ...removed.map(({ name }) => `Node/${name} is gone`),
    ...kept.flatMap((node) => changeLines(`Node/${node.after.name}`, node.before, node.after)),
  ];
}

function etcdDrift(
  { basis: { etcd: before } }: Hashed,
  { basis: { etcd: after } }: Hashed,
): readonly string[] {
  if (before === null || after === null) return changeLines('etcd', readable(before), readable(after));
  const { added, removed, kept } = matchBy(before.members, after.members, ({ name }) => name);
  return [
    ...changeLines('etcd', before.topology, after.topology),
    ...added.map(({ name, version }) => `etcd: member ${name} is new, at ${version}`),
    ...removed.map(({ name }) => `etcd: member ${name} is gone`),
    ...kept.flatMap((member) =>
      changeLines(`etcd: member ${member.after.name}`, member.before, member.after),
    ),
  ];
}

function settingDrift({ basis: old }: Hashed, { basis: now }: Hashed): readonly string[] {
  const [before, after] = [old.settings, now.settings];
  if (before === null || after === null) return changeLines('settings', readable(before), readable(after));
  const hosts = new Set([...before.hosts, ...after.hosts].map(({ node }) => node));
  // A host that came or went is told as a node.
  const stayed = [...hosts].filter((name) => isThere(old, name) === isThere(now, name));
  const foundOn = ({ hosts: all }: typeof before, name: string) =>
    all.find(({ node }) => node === name)?.found ?? null;
  return [
    ...settingLines('the cluster', before.cluster, after.cluster),
    ...stayed.flatMap((name) => settingLines(name, foundOn(before, name), foundOn(after, name))),
  ];
}

function isThere({ nodes }: Hashed['basis'], name: string): boolean {
  return nodes.some((node) => node.name === name);
}

type PlacedSetting = NonNullable<Hashed['basis']['settings']>['cluster'][number];

function settingLines(
  where: string,
  before: readonly PlacedSetting[] | null,
  after: readonly PlacedSetting[] | null,
): readonly string[] {
  if (before === null || after === null)
    return changeLines(`settings of ${where}`, readable(before), readable(after));
  const { added, removed } = matchBy(before, after, canonicalJson);
  return [
    ...added.map((setting) => `${settingText(setting)} is new on ${where}`),
    ...removed.map((setting) => `${settingText(setting)} is gone from ${where}`),
  ];
}

function settingText(setting: PlacedSetting): string {
  const value = setting.kind === 'gate' ? `=${setting.on}` : '';
  const program = 'program' in setting ? ` of ${setting.program}` : '';
  return `${setting.kind} ${setting.name}${value}${program} in ${setting.place}`;
}

function findingDrift(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const { added, removed, kept } = matchBy(
    before.filter(isApproved),
    after.filter(isApproved),
    ({ check, object }) => `${check} ${object}`,
  );
  const text = ({ check, object, severity }: Finding): string => `${severity} ${check} of ${object}`;
  return [
    ...added.map((finding) => `finding is new: ${text(finding)}: ${finding.message}`),
    ...removed.map((finding) => `finding is gone: ${text(finding)}`),
    ...kept.flatMap((finding) => {
      const what = `finding ${finding.after.check} of ${finding.after.object}`;
      const [was, is] = [finding.before, finding.after];
      return [
        ...changeLines(what, was.severity, is.severity),
        ...changeLines(`${what}, its acceptance`, was.accepted, is.accepted),
      ];
    }),
  ];
}

function readable(value: unknown): string {
  return value === null ? 'could not be read' : 'was read';
}
