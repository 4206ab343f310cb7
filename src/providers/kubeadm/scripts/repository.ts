import { minorOf } from '../../../cluster/version.ts';
import type { Hop } from '../../../plan/plan.ts';
import { switchDnf } from './dnf/repository.ts';
import { byManager } from './package-manager.ts';
import { ANY_MIRROR, packageSource } from './package-source.ts';
import { quote } from './shell.ts';

/**
 * Switches a host to the repository of the hop's minor and refreshes that source alone. Files are replaced whole, and kept as they were.
 * packageFunctions() come before.
 * @param configured repository that the cluster file names; default the one that the host uses, of which only the minor changes
 * @param backup where files go as they were, the first time they are changed in a hop
 */
export function switchRepository(hop: Hop, configured: string | undefined, backup: string): string {
  return `backup_directory=${quote(backup)}
${REPLACE}${byManager({ apt: switchApt(hop, configured), dnf: switchDnf(hop, configured) })}`;
}

const REPLACE = `keep() {
  if [ -e "$1" ] && [ ! -e "$backup_directory$1" ]; then
    mkdir -p "$backup_directory$(dirname "$1")"
    cp -p "$1" "$backup_directory$1"
  fi
}
replace() {
  if [ -e "$1" ]; then chmod --reference="$1" "$2"; else chmod 644 "$2"; fi
  if cmp -s "$1" "$2"; then rm -f "$2"; return 0; fi
  keep "$1"
  mv -f "$2" "$1"
  echo "changed $1"
}
`;

/** The entry keeps its form, one line or deb822, and its key file. */
function switchApt(hop: Hop, configured: string | undefined): string {
  const others = configured === undefined ? '' : ` -e "s#${ANY_MIRROR}#$named#"`;
  return `${packageSource(configured)}
repository="$base/v${minorOf(hop.to)}/deb/"
sources=$(entry_files)
mkdir -p "$apt_directory/keyrings" "$apt_directory/sources.list.d"
if [ -z "$sources" ]; then
  keyrings="$apt_directory/keyrings/kubernetes-apt-keyring.gpg"
else
  keyrings=$(entry_keyrings)
fi
key=$(mktemp)
if /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "\${repository}Release.key" "$key"; then
  for keyring in $keyrings; do
    case "$keyring" in
      *.asc) cp "$key" "$keyring.kubestair" ;;
      *) gpg --batch --yes --quiet --no-default-keyring --dearmor -o "$keyring.kubestair" <"$key" ;;
    esac
    replace "$keyring" "$keyring.kubestair"
  done
elif [ -n "$sources" ]; then
  echo "note: $repository offers no Release.key; the key that is there stays"
else
  exit 1
fi
rm -f "$key"
if [ -z "$sources" ]; then
  sources="$apt_directory/sources.list.d/kubernetes.list"
  echo "deb [signed-by=$keyrings] $repository /" >"$sources.kubestair"
  replace "$sources" "$sources.kubestair"
else
  named=$(printf '%s' "$repository" | sed 's/[&\\\\#]/\\\\&/g')
  for source in $sources; do
    sed -E -e "s#$own#\\1/v${minorOf(hop.to)}/deb/#; t"${others} "$source" >"$source.kubestair"
    replace "$source" "$source.kubestair"
  done
fi
for source in $sources; do
  apt update -o Dir::Etc::sourcelist="$source" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
done
`;
}
