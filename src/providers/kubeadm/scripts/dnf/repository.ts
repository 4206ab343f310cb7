import { minorOf } from '../../../../cluster/version.ts';
import type { Hop } from '../../../../plan/plan.ts';
import { ANY_RPM_MIRROR, dnfSource, EXCLUDED } from './source.ts';

/**
 * The part of switchRepository() for dnf. A section keeps everything but the minor in its URLs: that of the repository and that of its
 * key, which dnf fetches by itself.
 */
export function switchDnf(hop: Hop, configured: string | undefined): string {
  const minor = minorOf(hop.to);
  const others = configured === undefined ? '' : ` -e "s#${ANY_RPM_MIRROR}#$named#"`;
  return `${dnfSource(configured)}
repository="$base/v${minor}/rpm/"
files=$(entry_files)
if [ -z "$files" ]; then
  files="$repo_directory/kubernetes.repo"
  mkdir -p "$repo_directory"
  ${NEW_SECTION} >"$files.kubestair"
  replace "$files" "$files.kubestair"
else
  named=$(printf '%s' "$repository" | sed 's/[&\\\\#]/\\\\&/g')
  for file in $files; do
    sed -E -e '/^[[:space:]]*[#;]/b' -e "s#$own#\\1/v${minor}/rpm/#g; t"${others} -e '/^[[:space:]]*gpgkey/{/cri-o:/!s#/v1\\.[0-9]+/rpm/#/v${minor}/rpm/#g}' "$file" >"$file.kubestair"
    replace "$file" "$file.kubestair"
  done
fi
dnf_now -q makecache --refresh --disablerepo='*' --enablerepo="$(section_ids)"
`;
}

/** Prints a section as the documentation of kubeadm has it, for $repository (kubernetes.io, "Installing kubeadm", v1.36). */
export const NEW_SECTION = `printf '%s\\n' '[kubernetes]' 'name=Kubernetes' "baseurl=$repository" 'enabled=1' 'gpgcheck=1' "gpgkey=\${repository}repodata/repomd.xml.key" 'exclude=${EXCLUDED}'`;
