import { NEW_SECTION } from './repository.ts';

/**
 * The function `look` of offersScript() for dnf: the host's own section of a repository with another minor, so that its keys, proxy and
 * password apply. dnfSource() comes before.
 */
export const LOOK_WITH_DNF = `look() {
  minor=$1
  repository="$base/v$minor/rpm/"
  echo "minor $minor"
  mkdir -p "$made/$minor/repos" "$made/$minor/cache"
  id=
  set -- $(kubernetes_sections | awk -v base="$base" '$4 == base { print $1, $2; exit }')
  if [ $# = 2 ]; then
    id=$1
    awk -v header="[$1]" '/^\\[/ { on = index($0, header) == 1 } on' "$2" | sed -E "s#/v1\\.[0-9]+/rpm/?#/v$minor/rpm/#g" >"$made/$minor/repos/kubernetes.repo"
  else
    id=kubernetes
    ${NEW_SECTION} >"$made/$minor/repos/kubernetes.repo"
  fi
  if dnf -q -y --setopt=reposdir="$made/$minor/repos" --setopt=cachedir="$made/$minor/cache" --setopt="disable_excludes=main,$id" --setopt='*.skip_if_unavailable=0' --setopt='*.timeout=20' --setopt='*.retries=2' --disableplugin=versionlock --enablerepo="$id" repoquery --showduplicates --qf 'offer %{name} %{version}-%{release}\\n' kubeadm kubelet kubectl >"$made/$minor/offers" 2>"$made/$minor/said"; then
    grep '^offer ' "$made/$minor/offers" | sort -u | sort -V -r || :
  else
    grep -E '^Error|Cannot|Curl|Status code|rror:' "$made/$minor/said" | sed 's#//[^/@ ]*@#//#g' | sort -u | head -n 3 | sed 's/^/error /'
    grep -q . "$made/$minor/said" || echo "error dnf said nothing"
  fi
}
`;
