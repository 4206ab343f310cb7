import { quote } from './shell.ts';

/** Where packages of Kubernetes come from when a host has no source of them. */
export const DEFAULT_REPOSITORY = 'https://pkgs.k8s.io/core:/stable:';

/** Any repository laid out like pkgs.k8s.io, as an extended regular expression. */
export const ANY_MIRROR = 'https?://[^[:space:]]+/core:/stable:/v1\\.[0-9]+/deb/?';

/** `https://pkgs.k8s.io/core:/stable:/v1.36/deb/`: one repository per minor and kind of packages. */
export function repositoryOf(base: string, minor: string, kind: 'deb' | 'rpm' = 'deb'): string {
  return `${base.replace(/\/+$/, '')}/v${minor}/${kind}/`;
}

/**
 * Functions of sh that read where a host takes its packages of Kubernetes from. `$base` is the repository without the minor: the one
 * that the cluster file names, else the host's own, whatever mirror that is, else pkgs.k8s.io. `$own` is the pattern of that repository
 * in apt's sources, at any minor; `$entry` that of all sources that an upgrade switches: where the cluster file names a repository,
 * everything laid out like pkgs.k8s.io too. A password that is part of a URL stays in its file.
 * @param configured URL that the cluster file names
 * @param apt where apt keeps its settings
 */
export function packageSource(configured: string | undefined, apt = '/etc/apt'): string {
  return `apt_directory=${quote(apt)}
source_files() {
  for file in "$apt_directory/sources.list" "$apt_directory"/sources.list.d/*.list "$apt_directory"/sources.list.d/*.sources; do
    if [ -r "$file" ]; then echo "$file"; fi
  done
}
own_bases() {
  source_files | while read -r file; do sed 's/#.*//' "$file"; done |
    grep -oE 'https?://[^[:space:]]+/v1\\.[0-9]+/deb' | grep -v 'cri-o:' | sed -E 's#/v1\\.[0-9]+/deb$##; s#//[^/@]*@#//#' | sort -u
}
own_base() {
  bases=$(own_bases)
  if [ "$(echo "$bases" | wc -l)" -gt 1 ]; then
    # Several are laid out so: the one that the installed kubelet is known from.
    used=$(LC_ALL=C apt-cache policy kubelet 2>/dev/null | sed -nE 's#^ +-?[0-9]+ (https?://[^ ]+)/v1\\.[0-9]+/deb/? .*#\\1#p')
    for one in $bases; do
      if echo "$used" | grep -qxF "$one"; then echo "$one"; return 0; fi
    done
  fi
  echo "$bases" | head -n 1
}
base=${configured === undefined ? '$(own_base)' : quote(configured.replace(/\/+$/, ''))}
base=\${base:-${DEFAULT_REPOSITORY}}
own="(https?://([^/@[:space:]]*@)?$(echo "\${base#*://}" | sed 's/[][\\.*^$()+?{}|#]/\\\\&/g'))/v1\\\\.[0-9]+/deb/?"
entry="$own"${configured === undefined ? '' : `'|${ANY_MIRROR}'`}
entry_files() {
  source_files | while read -r file; do
    if grep -qE "^[^#]*$entry" "$file"; then echo "$file"; fi
  done
}
entry_keyrings() {
  entry_files | while read -r file; do
    case "$file" in
      *.sources) entry="$entry" awk -v RS= '$0 ~ ENVIRON["entry"]' "$file" | sed -nE 's/^Signed-By:[[:space:]]*(\\/[^[:space:]]+).*/\\1/p' ;;
      *) grep -E "^[^#]*$entry" "$file" | sed -nE 's/.*[[ ,]signed-by=([^] ,]+).*/\\1/p' ;;
    esac
  done | sort -u
}
`;
}
