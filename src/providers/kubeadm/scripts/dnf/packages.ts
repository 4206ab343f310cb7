import { dnfSections, EXCLUDED } from './source.ts';

const LOCKS = '/var/lib/kubestair/versionlock';

/**
 * The functions of packageFunctions() for dnf. Packages that are excluded or locked to a version are let through for our own call alone,
 * so that they are held at every moment; lists are those that are there, as with apt, and downloads stay until they are installed.
 * Source: dnf.readthedocs.io 4.14, "DNF Configuration Reference"; dnf-plugins-core 4.3, versionlock.
 */
export const DNF_FUNCTIONS = `${dnfSections()}dnf_now() {
  ids=$(section_ids)
  dnf -y --setopt=install_weak_deps=False --setopt=keepcache=1 --setopt='*.metadata_expire=never' --setopt='*.skip_if_unavailable=0' --setopt="disable_excludes=main\${ids:+,$ids}" \${ids:+--enablerepo="$ids"} --disableplugin=versionlock "$@"
}
installed() {
  if rpm -q "$1" >/dev/null 2>&1; then rpm -q --qf '%{VERSION}-%{RELEASE}\\n' "$1" | sort -V | tail -n 1; fi
}
offered() {
  dnf_now -q repoquery --showduplicates --qf '%{version}-%{release}\\n' "$1" 2>/dev/null | awk -v wanted="$wanted_version-" 'index($0, wanted) == 1' | sort -V | tail -n 1
}
not_older() {
  [ "$(printf '%s\\n' "$2" "$1" | sort -V | tail -n 1)" = "$1" ]
}
# As name-version, of name=version.
named() {
  for each in "$@"; do echo "\${each%%=*}-\${each#*=}"; done
}
download_exact() {
  dnf_now install --downloadonly $(named "$@")
}
install_exact() {
  dnf_now install $(named "$@")
}
install_back() {
  dnf_now install $(named "$@")
}
# A transaction that was cut off leaves both versions in rpm's list; the files are those of the newer one.
repair() {
  for name in kubeadm kubelet kubectl; do
    rpm -q --qf '%{NAME}-%{VERSION}-%{RELEASE}\\n' "$name" 2>/dev/null | grep -v 'not installed' | sort -V | head -n -1 | while read -r older; do
      echo "note: $older was left by an installation that was cut off"
      rpm -e --nodeps --noscripts "$older"
    done
  done
}
release() {
  :
}
hold() {
  repair
  loose=
  for name in "$@"; do
    if locked "$name" || [ -e ${LOCKS}/$name ]; then
      have=$(installed "$name")
      if [ -n "$have" ] && ! dnf -q versionlock list 2>/dev/null | grep -qF -e "$name-0:$have" -e "= 0:$have" -e "= $have"; then
        # The note outlives a run that is cut off between the two.
        mkdir -p ${LOCKS}
        touch ${LOCKS}/$name
        dnf -q versionlock delete "$name" >/dev/null 2>&1 || :
        dnf -q versionlock add "$name-$have" >/dev/null
      fi
      rm -f ${LOCKS}/$name
    elif ! excluded "$name"; then
      loose="$loose $name"
    fi
  done
  if [ -n "$loose" ]; then exclude_in_sections; fi
}
exclude_in_sections() {
  kubernetes_sections | while read -r id file enabled base; do
    awk -v header="[$id]" -v names="${EXCLUDED}" '
      /^\\[/ { on = index($0, header) == 1 }
      NR == FNR { if (on && /^exclude(pkgs)?[[:space:]]*=/) has = 1; next }
      on && /^exclude(pkgs)?[[:space:]]*=/ { $0 = $0 " " names }
      { print }
      on && /^\\[/ && !has { print "exclude=" names }
    ' "$file" "$file" >"$file.kubestair"
    chmod --reference="$file" "$file.kubestair"
    mv -f "$file.kubestair" "$file"
  done
}
`;
