import { DEFAULT_REPOSITORY } from '../package-source.ts';
import { quote } from '../shell.ts';

/** Where dnf looks for repositories. */
const REPOSITORIES = '/etc/yum.repos.d';

/** Any repository of rpms laid out like pkgs.k8s.io, as an extended regular expression. */
export const ANY_RPM_MIRROR = 'https?://[^[:space:]]+/core:/stable:/v1\\.[0-9]+/rpm/?';

/** What the documentation of kubeadm keeps from being updated by accident (kubernetes.io, "Installing kubeadm", v1.36). */
export const EXCLUDED = 'kubelet kubeadm kubectl cri-tools kubernetes-cni';

/**
 * Functions of sh that read the sections of repository files which hold packages of Kubernetes, one repository per minor:
 * `id file enabled base`, without the minor and without a password. CRI-O, whose repository is laid out alike, is none of them.
 */
export function dnfSections(directory = REPOSITORIES): string {
  return `repo_directory=${quote(directory)}
kubernetes_sections() {
  for file in "$repo_directory"/*.repo; do
    if [ ! -r "$file" ]; then continue; fi
    awk -v file="$file" '
      function end() { if (id != "" && base != "") print id, file, enabled, base }
      /^[[:space:]]*[#;]/ { next }
      /^\\[/ { end(); id = $0; sub(/^\\[/, "", id); sub(/\\].*/, "", id); base = ""; enabled = 1; next }
      /^[[:space:]]*enabled[[:space:]]*=[[:space:]]*(0|no|false|off)/ { enabled = 0 }
      /^[[:space:]]*baseurl[[:space:]]*=/ && !/cri-o:/ {
        if (match($0, /https?:\\/\\/[^[:space:],]+\\/v1\\.[0-9]+\\/rpm/)) {
          base = substr($0, RSTART, RLENGTH)
          sub(/\\/v1\\.[0-9]+\\/rpm$/, "", base)
          sub(/\\/\\/[^\\/@]*@/, "//", base)
        }
      }
      END { end() }
    ' "$file"
  done
}
section_ids() {
  kubernetes_sections | awk '{ printf "%s%s", (NR > 1 ? "," : ""), $1 }'
}
excludes() {
  ids=$(section_ids)
  for file in /etc/dnf/dnf.conf "$repo_directory"/*.repo; do
    if [ ! -r "$file" ]; then continue; fi
    awk -v ids="$ids" '
      BEGIN { count = split(ids, list, ","); for (i = 1; i <= count; i++) ours[list[i]] = 1; ours["main"] = 1 }
      /^[[:space:]]*[#;]/ { next }
      /^\\[/ { id = $0; sub(/^\\[/, "", id); sub(/\\].*/, "", id); on = 0; next }
      /^[^[:space:]]/ { on = (id in ours) && /^exclude(pkgs)?[[:space:]]*=/; if (on) sub(/^[^=]*=/, "") }
      on { gsub(/,/, " "); print }
    ' "$file"
  done
}
excluded() (
  patterns=$(excludes)
  set -f
  for pattern in $patterns; do
    case "$1" in $pattern) exit 0 ;; esac
  done
  exit 1
)
locked() {
  dnf -q versionlock list 2>/dev/null | grep -qE "^(Package name: )?$1(-[0-9].*)?$"
}
is_held() {
  excluded "$1" || locked "$1"
}
`;
}

/** What packageSource() is for apt: sets $base, $own and $entry, and lists the sections that an upgrade switches. */
export function dnfSource(configured: string | undefined, directory = REPOSITORIES): string {
  return `${dnfSections(directory)}own_base() {
  bases=$(kubernetes_sections | sort -s -k 3,3r | awk '!seen[$4]++ { print $4 }')
  if [ "$(echo "$bases" | wc -l)" -gt 1 ]; then
    # Several are laid out so: the one that the installed kubelet came from.
    id=$(dnf -q repoquery --installed --qf '%{from_repo}\\n' kubelet 2>/dev/null | grep . | tail -n 1)
    used=$(kubernetes_sections | awk -v id="$id" '$1 == id { print $4; exit }')
    if [ -n "$used" ]; then echo "$used"; return 0; fi
  fi
  echo "$bases" | head -n 1
}
base=${configured === undefined ? '$(own_base)' : quote(configured.replace(/\/+$/, ''))}
base=\${base:-${DEFAULT_REPOSITORY}}
own="(https?://([^/@[:space:]]*@)?$(echo "\${base#*://}" | sed 's/[][\\.*^$()+?{}|#]/\\\\&/g'))/v1\\\\.[0-9]+/rpm/?"
entry="$own"${configured === undefined ? '' : `'|${ANY_RPM_MIRROR}'`}
entry_files() {
  kubernetes_sections | awk '!seen[$2]++ { print $2 }' | while read -r file; do
    if grep -qE "^[[:space:]]*baseurl.*($entry)" "$file"; then echo "$file"; fi
  done
}
`;
}
