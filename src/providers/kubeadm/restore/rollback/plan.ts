import pLimit from 'p-limit';
import type { Manifest } from '../../../../backup/manifest.ts';
import type { BackupSource } from '../../../../backup/unseal.ts';
import type { VersionText } from '../../../../cluster/observation.ts';
import { minorOf, newestOf } from '../../../../cluster/version.ts';
import type { Finding } from '../../../../plan/plan.ts';
import type { HostBackup } from '../../../../restore/etcd/host-backup.ts';
import { partOfKind, type RestoreRequest } from '../../../../restore/etcd/restorer.ts';
import { readObjects } from '../../../../restore/resources/read-objects.ts';
import { offersScript, parseOffers, releaseOfPackage } from '../../scripts/offers.ts';
import { quote } from '../../scripts/shell.ts';
import { sourceMinors } from '../../scripts/source-minors.ts';
import { controlPlaneVersion } from '../checks.ts';
import type { HostFacts, Unfinished } from '../facts.ts';
import type { RestorePlanDeps } from '../plan.ts';
import { versionOf } from '../pod-member.ts';
import { IMAGE_FUNCTIONS } from '../scripts/runtime.ts';
import type { SurveyedHost } from '../steps.ts';
import { checkRollback } from './checks.ts';
import {
  changedPackages,
  hasChanged,
  manifestsOf,
  type NodeThen,
  type RollbackHost,
  rollbackHost,
} from './hosts.ts';
import { type RollbackSteps, rollbackSteps } from './steps.ts';

const HOSTS_AT_ONCE = 8;

/** What a rollback is besides a restore of etcd. */
export interface Rollback {
  readonly steps: RollbackSteps;
  readonly findings: readonly Finding[];
  /** Newest version that any host has. */
  readonly from: VersionText;
  /** Control planes and hosts of etcd, with the members as they will be. */
  readonly surveyed: readonly SurveyedHost[];
}

/**
 * Finds out what has to come back to which host, and whether it is to be had, without changing anything.
 * @param surveyed control planes and hosts of etcd
 * @param workers those that can be reached
 */
export async function planRollback(
  request: RestoreRequest,
  surveyed: readonly SurveyedHost[],
  workers: readonly SurveyedHost[],
  backups: readonly HostBackup[],
  restore: Unfinished,
  deps: RestorePlanDeps,
  signal: AbortSignal,
): Promise<Rollback> {
  const { manifest } = request.backup;
  const limit = pLimit(HOSTS_AT_ONCE);
  const known = nodesThen(request, [...surveyed, ...workers], backups, restore);
  const nodes = await limit.map(known, (node) => withRepository(node, deps, signal));
  const due = nodes.filter((node) => hasChanged(node) || node.otherRepository);
  const kubeProxy = await kubeProxyImage(manifest, request.source, signal);
  const looked = await limit.map(due, (node) => lookAt(node, kubeProxy, deps, signal));
  const hosts = looked.map(({ host }) => host);
  const newest = newestVersion([...surveyed, ...workers].map(({ facts }) => facts));
  const from = newest ?? manifest.cluster.version;
  const findings = checkRollback({
    request,
    hosts,
    surveyed,
    newest,
    toPull: looked.flatMap(({ host: { host }, toPull }) =>
      toPull.map((image) => ({ node: host.name, image })),
    ),
    goesOn: nodes.some(({ begun }) => begun),
  });
  const input = { restore, from, repository: deps.repository, at: request.at, hosts };
  return {
    steps: rollbackSteps(input, manifest.cluster.version),
    findings,
    from,
    surveyed: surveyed.map((each) => withMemberOfThen(each, hosts)),
  };
}

/** Newest version of Kubernetes on any host, of what runs there or of its packages; undefined where none says. */
export function newestVersion(facts: readonly HostFacts[]): VersionText | undefined {
  const packages = facts.flatMap((host) => [host.packages.kubeadm, host.packages.kubelet]);
  return newestOf(
    [controlPlaneVersion(facts), ...packages.map(({ version }) => releaseOfPackage(version))].filter(
      (version) => version !== undefined,
    ),
  );
}

function nodesThen(
  { nodes, backup: { manifest } }: RestoreRequest,
  surveyed: readonly SurveyedHost[],
  backups: readonly HostBackup[],
  { restoreId }: Unfinished,
): readonly NodeThen[] {
  return surveyed.flatMap(({ host, facts }): readonly NodeThen[] => {
    const node = nodes.find(({ name }) => name === host.name);
    if (node === undefined || host.role === 'etcd') return [];
    const files = backups.find((each) => each.node === host.name);
    const part = manifest.hosts.find((each) => each.node === host.name);
    const backup = files === undefined || part === undefined ? undefined : { files, part };
    const begun = facts.unfinished?.restoreId === restoreId;
    const { kubelet } = node;
    return [{ host, facts, kubelet, otherRepository: false, begun, ...(backup !== undefined && { backup }) }];
  });
}

/** Looks which minor the host takes its packages from. */
async function withRepository(
  node: NodeThen,
  { hostOf, repository }: RestorePlanDeps,
  signal: AbortSignal,
): Promise<NodeThen> {
  const { stdout } = await hostOf(node.host).run(sourceMinors(repository), {
    sudo: true,
    signal,
    timeoutSeconds: 60,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { ...node, otherRepository: lines.some((line) => !line.startsWith(`/v${minorOf(node.kubelet)}/`)) };
}

/** Asks the host's repository for the packages and its runtime for the images that it needs. */
async function lookAt(
  node: NodeThen,
  kubeProxy: string | undefined,
  { hostOf, repository }: RestorePlanDeps,
  signal: AbortSignal,
): Promise<{ readonly host: RollbackHost; readonly toPull: readonly string[] }> {
  const host = hostOf(node.host);
  const options = { sudo: true, signal, timeoutSeconds: 300 };
  const minor = minorOf(node.kubelet);
  const needed = changedPackages(node).length > 0;
  const said = needed ? await host.run(offersScript([minor], repository), options) : { stdout: '' };
  const offers = parseOffers(said.stdout).minors.get(minor) ?? { packages: [], error: '' };
  const found = rollbackHost(node, offers, kubeProxy);
  if (found.images.length === 0) return { host: found, toPull: [] };
  const script = `${IMAGE_FUNCTIONS}for image in ${found.images.map(quote).join(' ')}; do has_image "$image" || echo "$image"; done`;
  const { stdout } = await host.run(script, options);
  return { host: found, toPull: stdout.split('\n').filter((line) => line !== '') };
}

/** etcd as a static pod goes back with the rest; its data is made by the version that will read it. */
function withMemberOfThen(surveyed: SurveyedHost, hosts: readonly RollbackHost[]): SurveyedHost {
  const { host, facts } = surveyed;
  const files = hosts.find((each) => each.host.name === host.name)?.backup?.files;
  const image = files === undefined ? undefined : manifestsOf(files).etcd?.image;
  if (facts.member?.runs.kind !== 'static-pod' || image === undefined) return surveyed;
  const member = { ...facts.member, version: versionOf(image), runs: { kind: 'static-pod' as const, image } };
  return { host, facts: { ...facts, member } };
}

async function kubeProxyImage(
  manifest: Manifest,
  source: BackupSource,
  signal: AbortSignal,
): Promise<string | undefined> {
  const part = partOfKind(manifest, 'apps', 'daemonsets')?.part;
  if (part === undefined) return undefined;
  for await (const { metadata, spec } of readObjects(part, source, signal)) {
    if (metadata.namespace !== 'kube-system' || metadata.name !== 'kube-proxy') continue;
    const { template } = spec as { template?: { spec?: { containers?: readonly { image?: string }[] } } };
    return template?.spec?.containers?.[0]?.image;
  }
  return undefined;
}
