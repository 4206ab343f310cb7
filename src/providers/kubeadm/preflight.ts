import pLimit from 'p-limit';
import type { NodeObservation, PackageName, VersionText } from '../../cluster/observation.ts';
import { minorOf } from '../../cluster/version.ts';
import { asKubestairError } from '../../errors.ts';
import type { HostCheckId } from '../../plan/checks/host-preflight.ts';
import type { Finding, Hop } from '../../plan/plan.ts';
import type { Host } from '../../ports/host.ts';
import { repositoryOf } from './scripts/repository.ts';
import { quote } from './scripts/shell.ts';

const HOSTS_AT_ONCE = 8;

const TOOLS = ['apt-get', 'apt-mark', 'dpkg-deb', 'gpg', 'systemd-run', 'sha256sum', 'tar', 'awk', 'sed'];

export interface PreflightInput {
  readonly hostOf: (node: { readonly name: string; readonly address: string }) => Host;
  /** Base URL of the package repositories. */
  readonly base: string;
  readonly signal?: AbortSignal | undefined;
}

/** Findings of every host that still has something to do. */
export async function preflightHosts(
  nodes: readonly NodeObservation[],
  hops: readonly Hop[],
  { hostOf, base, signal }: PreflightInput,
): Promise<readonly Finding[]> {
  if (hops.length === 0) return [];
  const limit = pLimit(HOSTS_AT_ONCE);
  // What keeps a host from being looked at is told already.
  const reached = nodes.filter(({ host }) => host.known);
  const findings = await Promise.all(
    reached.map((node) => limit(() => preflightHost(hostOf(node), node, hops, base, signal))),
  );
  return findings.flat();
}

/**
 * Whether the host can do what the hops ask of it: its tools, and every package in a repository whose signature holds. apt itself
 * looks, with lists and caches of its own in a temporary directory: nothing on the host changes.
 */
async function preflightHost(
  host: Host,
  node: NodeObservation,
  hops: readonly Hop[],
  base: string,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const object = `Node/${node.name}`;
  try {
    const { stdout } = await host.run(preflightScript(hops, base), { signal, timeoutSeconds: 300 });
    return judge(parseOffers(stdout), node, hops, base);
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

/** What a host can have, as it said itself. */
export interface Offers {
  readonly missingTools: readonly string[];
  /** By minor: packages as `name version`, or what apt said when it could not read the repository. */
  readonly minors: ReadonlyMap<string, { readonly packages: readonly string[]; readonly error: string }>;
}

function preflightScript(hops: readonly Hop[], base: string): string {
  const looks = hops.map(({ to }) => `look ${minorOf(to)} ${quote(repositoryOf(base, minorOf(to)))}`);
  return `for tool in ${TOOLS.join(' ')}; do
  command -v $tool >/dev/null || PATH="$PATH:/usr/sbin:/sbin" command -v $tool >/dev/null || echo "missing $tool"
done
command -v apt-get >/dev/null || exit 0
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
look() {
  echo "minor $1"
  mkdir -p "$made/$1/lists/partial" "$made/$1/cache/archives/partial"
  keyring=/etc/apt/keyrings/kubernetes-apt-keyring.gpg
  /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "$2Release.key" "$made/$1/key.asc" >/dev/null 2>&1 && keyring="$made/$1/key.asc"
  echo "deb [signed-by=$keyring] $2 /" >"$made/$1/sources.list"
  set -- "$1" "$2" -o Dir::Etc::sourcelist="$made/$1/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$made/$1/lists" -o Dir::Cache="$made/$1/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User= -o APT::Update::Error-Mode=any -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
  minor=$1
  shift 2
  if apt-get -q "$@" update >"$made/$minor/said" 2>&1; then
    apt-cache "$@" madison kubeadm kubelet kubectl | awk -F ' *[|] *' '{ sub(/^ */, "", $1); print "offer", $1, $2 }'
  else
    grep -E '^[EW]:' "$made/$minor/said" | head -n 3 | sed 's/^/error /'
  fi
}
${looks.join('\n')}
exit 0`;
}

export function parseOffers(stdout: string): Offers {
  const missingTools: string[] = [];
  const minors = new Map<string, { packages: string[]; error: string }>();
  let current = { packages: [] as string[], error: '' };
  for (const line of stdout.split('\n')) {
    const [key, ...rest] = line.split(' ');
    const text = rest.join(' ');
    if (key === 'missing') missingTools.push(text);
    if (key === 'minor') {
      current = { packages: [], error: '' };
      minors.set(text, current);
    }
    if (key === 'offer') current.packages.push(text);
    if (key === 'error') current.error = [current.error, text].filter(Boolean).join('; ');
  }
  return { missingTools, minors };
}

/** What stands in the way on one host. */
export function judge(
  offers: Offers,
  node: NodeObservation,
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
            remedy: 'Install them. Kubestair upgrades hosts with systemd and apt (Debian, Ubuntu).',
          }),
        ];
  return [...tools, ...hops.flatMap(({ to }) => judgeVersion(offers, node, to, base))];
}

function judgeVersion(
  offers: Offers,
  node: NodeObservation,
  to: VersionText,
  base: string,
): readonly Finding[] {
  const minor = minorOf(to);
  const repository = repositoryOf(base, minor);
  const object = `Node/${node.name}`;
  const offer = offers.minors.get(minor);
  if (offer === undefined) return [];
  if (offer.error !== '' || offer.packages.length === 0) {
    return [
      finding('package-repository', {
        severity: 'blocking',
        object,
        message: `apt cannot use ${repository}: ${offer.error || 'it holds none of kubeadm, kubelet and kubectl'}`,
        remedy:
          'Let the host reach the repository, or set spec.packages.repository to a mirror that it can reach.',
      }),
    ];
  }
  const missing = wantedOn(node).filter(
    (name) => !offer.packages.some((line) => line.startsWith(`${name} ${to.slice(1)}-`)),
  );
  if (missing.length === 0) return [];
  return [
    finding('package-available', {
      severity: 'blocking',
      object,
      message: `${repository} has no ${missing.join(', ')} ${to.slice(1)}`,
      remedy: 'Choose a version that the repository has, or bring your mirror up to date.',
    }),
  ];
}

function finding(check: HostCheckId, rest: Omit<Finding, 'check'>): Finding {
  return { check, ...rest };
}

function wantedOn({ host }: NodeObservation): readonly PackageName[] {
  const kubectl = host.known && host.value.packages.kubectl.version !== '';
  return kubectl ? ['kubeadm', 'kubelet', 'kubectl'] : ['kubeadm', 'kubelet'];
}
