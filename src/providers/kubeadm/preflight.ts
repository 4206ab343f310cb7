import pLimit from 'p-limit';
import type { NodeObservation, PackageName, VersionText } from '../../cluster/observation.ts';
import { minorOf, newestOf } from '../../cluster/version.ts';
import { asKubestairError } from '../../errors.ts';
import type { HostCheckId } from '../../plan/checks/host-preflight.ts';
import type { Finding, Hop } from '../../plan/plan.ts';
import type { Host } from '../../ports/host.ts';
import { type Offers, offersScript, parseOffers, releasesIn, type Tools } from './scripts/offers.ts';
import { DEFAULT_REPOSITORY, repositoryOf } from './scripts/package-source.ts';
import { parseReach, registryScript } from './scripts/registry.ts';

const HOSTS_AT_ONCE = 8;

export const TOOLS: Tools = {
  all: ['systemd-run', 'sha256sum', 'tar', 'awk', 'sed'],
  apt: ['apt-get', 'apt-mark', 'dpkg-deb', 'gpg'],
  dnf: ['dnf', 'rpm'],
};

export interface PreflightInput {
  readonly hostOf: (node: { readonly name: string; readonly address: string }) => Host;
  /** Package repository that the cluster file names; default the one that each host uses. */
  readonly repository: string | undefined;
  /** Where images are pulled from: a host, and a port where there is one. */
  readonly registry: string;
  readonly signal?: AbortSignal | undefined;
}

/** Findings of every host that still has something to do. */
export async function preflightHosts(
  nodes: readonly NodeObservation[],
  hops: readonly Hop[],
  { hostOf, repository, registry, signal }: PreflightInput,
): Promise<readonly Finding[]> {
  if (hops.length === 0) return [];
  const limit = pLimit(HOSTS_AT_ONCE);
  // What keeps a host from being looked at is told already.
  const reached = nodes.filter(({ host }) => host.known);
  const findings = await Promise.all(
    reached.map((node) =>
      limit(async () => [
        ...(await preflightHost(hostOf(node), node, hops, repository, signal)),
        ...(await preflightRegistry(hostOf(node), node, hops, registry, signal)),
      ]),
    ),
  );
  return findings.flat();
}

/** Whether the host can do what the hops ask of it: its tools, and every package in a repository whose signature holds. */
async function preflightHost(
  host: Host,
  node: NodeObservation,
  hops: readonly Hop[],
  configured: string | undefined,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const object = `Node/${node.name}`;
  try {
    const minors = [...new Set(hops.map(({ to }) => minorOf(to)))];
    const script = offersScript(minors, configured, TOOLS);
    const { stdout } = await host.run(script, { sudo: true, signal, timeoutSeconds: 300 });
    return judge(parseOffers(stdout), node, hops, configured ?? repositoryOn(node));
  } catch (thrown) {
    signal?.throwIfAborted();
    const { message, next, code } = asKubestairError(thrown);
    return [
      finding('host-preflight', {
        severity: 'unknown',
        object,
        message,
        remedy: next ?? 'Look at the host.',
        code,
      }),
    ];
  }
}

/** Images may have been brought to the host by other means, so what cannot be reached is not known rather than wrong. */
async function preflightRegistry(
  host: Host,
  { name }: NodeObservation,
  hops: readonly Hop[],
  registry: string,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const object = `Node/${name}`;
  try {
    const { stdout } = await host.run(registryScript(registry), { sudo: true, signal, timeoutSeconds: 60 });
    const failed = parseReach(stdout);
    if (failed === undefined) return [];
    const versions = hops.map(({ to }) => to).join(' and ');
    return [
      finding('image-registry', {
        severity: 'unknown',
        object,
        message: `gets no connection to ${failed.join(', ')}: whether it can have the images of ${versions} from ${registry} is not known`,
        remedy: `Let the host reach ${registry} or a mirror of it (/etc/containerd/certs.d/${registry}/hosts.toml); where images are brought to hosts by other means, accept this finding.`,
      }),
    ];
  } catch (thrown) {
    signal?.throwIfAborted();
    const { message, next, code } = asKubestairError(thrown);
    const remedy = next ?? 'Look at the host.';
    return [finding('image-registry', { severity: 'unknown', object, message, remedy, code })];
  }
}

function repositoryOn({ host }: NodeObservation): string {
  return host.known && host.value.repository !== '' ? host.value.repository : DEFAULT_REPOSITORY;
}

/**
 * What stands in the way on one host.
 * @param base repository that the host uses, without the minor
 */
export function judge(
  offers: Offers,
  node: Pick<NodeObservation, 'name' | 'host'>,
  hops: readonly Hop[],
  base: string,
): readonly Finding[] {
  const object = `Node/${node.name}`;
  const tools: readonly Finding[] =
    offers.missingTools.length === 0
      ? []
      : [
          finding('host-tools', {
            severity: 'blocking',
            object,
            message: `${offers.missingTools.join(', ')} ${offers.missingTools.length === 1 ? 'is' : 'are'} not installed`,
            remedy:
              'Install them. Kubestair upgrades hosts with systemd and apt (Debian, Ubuntu) or dnf (RHEL and its kin).',
          }),
        ];
  return [...tools, ...hops.flatMap(({ to }) => judgeVersion(offers, node, to, base))];
}

function judgeVersion(
  offers: Offers,
  node: Pick<NodeObservation, 'name' | 'host'>,
  to: VersionText,
  base: string,
): readonly Finding[] {
  const minor = minorOf(to);
  const repository = repositoryOf(base, minor, offers.manager === 'dnf' ? 'rpm' : 'deb');
  const object = `Node/${node.name}`;
  const offer = offers.minors.get(minor);
  if (offer === undefined) return [];
  if (offer.error !== '' || offer.packages.length === 0) {
    return [
      finding('package-repository', {
        severity: 'blocking',
        object,
        message: `${offers.manager} cannot use ${repository}: ${offer.error || 'it holds none of kubeadm, kubelet and kubectl'}`,
        remedy:
          'Let the host reach the repository, or set spec.packages.repository to a mirror that it can reach.',
      }),
    ];
  }
  const missing = wantedOn(node).filter(
    (name) => !offer.packages.some((line) => line.startsWith(`${name} ${to.slice(1)}-`)),
  );
  if (missing.length === 0) return [];
  const newest = newestOf(releasesIn(offer.packages, 'kubeadm'));
  return [
    finding('package-available', {
      severity: 'blocking',
      object,
      message: `${repository} has no ${missing.join(', ')} ${to.slice(1)}${newest === undefined ? '' : `; its newest is ${newest.slice(1)}`}`,
      remedy: 'Choose a version that the repository has, or bring your mirror up to date.',
    }),
  ];
}

function finding(check: HostCheckId, rest: Omit<Finding, 'check'>): Finding {
  return { check, ...rest };
}

function wantedOn({ host }: Pick<NodeObservation, 'host'>): readonly PackageName[] {
  const kubectl = host.known && host.value.packages.kubectl.version !== '';
  return kubectl ? ['kubeadm', 'kubelet', 'kubectl'] : ['kubeadm', 'kubelet'];
}
