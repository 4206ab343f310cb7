import type { VersionText } from '../../../cluster/observation.ts';
import { type MinorText, versionOfTag } from '../../../cluster/version.ts';
import { LOOK_WITH_DNF } from './dnf/offers.ts';
import { dnfSource } from './dnf/source.ts';
import { byManager, PACKAGE_MANAGER } from './package-manager.ts';
import { packageSource } from './package-source.ts';
import { quote } from './shell.ts';

/** What a host can have, as it said itself. */
export interface Offers {
  readonly manager: 'apt' | 'dnf';
  readonly missingTools: readonly string[];
  /** By minor: packages as `name version`, or what the package manager said when it could not read the repository. */
  readonly minors: ReadonlyMap<string, { readonly packages: readonly string[]; readonly error: string }>;
}

/** Programs that an upgrade runs on a host, by its package manager. */
export interface Tools {
  readonly all: readonly string[];
  readonly apt: readonly string[];
  readonly dnf: readonly string[];
}

/**
 * Asks the repositories of some minors what they offer, and which of the tools are missing. apt or dnf itself looks, so the host's keys,
 * proxies and passwords apply, with lists and caches of its own in a temporary directory: nothing on the host changes.
 * @param configured repository that the cluster file names; default the one that the host uses
 */
export function offersScript(
  minors: readonly MinorText[],
  configured: string | undefined,
  tools: Tools = { all: [], apt: [], dnf: [] },
): string {
  const apt = `command -v apt-get >/dev/null || exit 0\n${packageSource(configured)}${LOOK_WITH_APT}`;
  return `${PACKAGE_MANAGER}echo "manager $manager"
case $manager in apt) tools=${quote(tools.apt.join(' '))} ;; dnf) tools=${quote(tools.dnf.join(' '))} ;; esac
for tool in ${tools.all.join(' ')} $tools; do
  command -v $tool >/dev/null || PATH="$PATH:/usr/sbin:/sbin" command -v $tool >/dev/null || echo "missing $tool"
done
umask 077
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
${byManager({ apt, dnf: `${dnfSource(configured)}${LOOK_WITH_DNF}` })}${minors.map((minor) => `look ${minor}`).join('\n')}
exit 0`;
}

const LOOK_WITH_APT = `look() {
  minor=$1
  repository="$base/v$minor/deb/"
  echo "minor $minor"
  mkdir -p "$made/$minor/lists/partial" "$made/$minor/cache/archives/partial"
  keyring=$(entry_keyrings | head -n 1)
  if [ -z "$keyring" ]; then keyring=/etc/apt/keyrings/kubernetes-apt-keyring.gpg; fi
  if /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "\${repository}Release.key" "$made/$minor/key.asc" >/dev/null 2>&1; then keyring="$made/$minor/key.asc"; fi
  # As it is written on the host, where it may carry a password.
  written=$(entry_files | while read -r file; do grep -v '^[[:space:]]*#' "$file"; done | grep -oE "$own" | head -n 1)
  if [ -n "$written" ]; then repository="\${written%/v1.*}/v$minor/deb/"; fi
  echo "deb [signed-by=$keyring] $repository /" >"$made/$minor/sources.list"
  set -- -o Dir::Etc::sourcelist="$made/$minor/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$made/$minor/lists" -o Dir::Cache="$made/$minor/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User= -o APT::Update::Error-Mode=any -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
  if apt-get -q "$@" update >"$made/$minor/said" 2>&1; then
    apt-cache "$@" madison kubeadm kubelet kubectl | awk -F ' *[|] *' '{ sub(/^ */, "", $1); print "offer", $1, $2 }'
  else
    grep -E '^[EW]:' "$made/$minor/said" | head -n 3 | sed 's/^/error /'
  fi
}`;

/** Reads what the script printed. */
export function parseOffers(stdout: string): Offers {
  const missingTools: string[] = [];
  let manager: Offers['manager'] = 'apt';
  const minors = new Map<string, { packages: string[]; error: string }>();
  let current = { packages: [] as string[], error: '' };
  for (const line of stdout.split('\n')) {
    const [key, ...rest] = line.split(' ');
    const text = rest.join(' ');
    if (key === 'manager') manager = text === 'dnf' ? 'dnf' : 'apt';
    if (key === 'missing') missingTools.push(text);
    if (key === 'minor') {
      current = { packages: [], error: '' };
      minors.set(text, current);
    }
    if (key === 'offer') current.packages.push(text);
    if (key === 'error') current.error = [current.error, text].filter(Boolean).join('; ');
  }
  return { manager, missingTools, minors };
}

/** Releases of a package, whatever the revision of its build. @param packages as `name version` */
export function releasesIn(packages: readonly string[], name: string): readonly VersionText[] {
  return packages.flatMap((line) => {
    const [found, version = ''] = line.split(' ');
    const release = releaseOfPackage(version);
    return found === name && release !== undefined ? [release] : [];
  });
}

/** `v1.36.3` of the package version `1.36.3-1.1`; undefined where it names no release of Kubernetes. */
export function releaseOfPackage(version: string): VersionText | undefined {
  return versionOfTag(version.replace(/^\d+:/, '').replace(/-[^-]*$/, ''));
}
