import { minorOf } from '../../../cluster/version.ts';
import type { Hop } from '../../../plan/plan.ts';
import { quote } from './shell.ts';

export interface RepositoryPaths {
  /** Where apt keeps its settings. */
  readonly apt: string;
  /** Where the files go as they were, the first time they are changed in a hop. */
  readonly backup: string;
}

/** `https://pkgs.k8s.io/core:/stable:/v1.36/deb/`: one repository per minor. */
export function repositoryOf(base: string, minor: string): string {
  return `${base.replace(/\/+$/, '')}/v${minor}/deb/`;
}

/**
 * Switches a host to the repository of the hop's minor and refreshes that source alone. The entry keeps its form, one line or
 * deb822, and its key file; files are replaced whole, and kept as they were.
 */
export function switchRepository(hop: Hop, base: string, { apt, backup }: RepositoryPaths): string {
  const repository = repositoryOf(base, minorOf(hop.to));
  const own = base.replace(/\/+$/, '').replace(/[.[\]*^$()+?{}|\\#]/g, '\\$&');
  // Entries of this mirror, and those of any mirror laid out like pkgs.k8s.io.
  const entry = `(${own}|https?://[^[:space:]]+/core:/stable:)/v1\\.[0-9]+/deb/?`;
  return `apt_directory=${quote(apt)}
backup_directory=${quote(backup)}
repository=${quote(repository)}
entry=${quote(entry)}
keep() {
  if [ -e "$1" ] && [ ! -e "$backup_directory$1" ]; then
    mkdir -p "$backup_directory$(dirname "$1")"
    cp -p "$1" "$backup_directory$1"
  fi
}
replace() {
  chmod 644 "$2"
  if cmp -s "$1" "$2"; then rm -f "$2"; return 0; fi
  keep "$1"
  mv -f "$2" "$1"
  echo "changed $1"
}
sources=$(grep -lE "^[^#]*$entry" "$apt_directory/sources.list" "$apt_directory"/sources.list.d/*.list "$apt_directory"/sources.list.d/*.sources 2>/dev/null || :)
mkdir -p "$apt_directory/keyrings" "$apt_directory/sources.list.d"
if [ -z "$sources" ]; then
  keyrings="$apt_directory/keyrings/kubernetes-apt-keyring.gpg"
else
  keyrings=$(for source in $sources; do
    case "$source" in
      *.sources) entry="$entry" awk -v RS= '$0 ~ ENVIRON["entry"]' "$source" | sed -nE 's/^Signed-By:[[:space:]]*(\\/[^[:space:]]+).*/\\1/p' ;;
      *) grep -E "^[^#]*$entry" "$source" | sed -nE 's/.*[[ ,]signed-by=([^] ,]+).*/\\1/p' ;;
    esac
  done | sort -u)
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
  for source in $sources; do
    sed -E "s#$entry#$repository#" "$source" >"$source.kubestair"
    replace "$source" "$source.kubestair"
  done
fi
for source in $sources; do
  apt update -o Dir::Etc::sourcelist="$source" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
done
`;
}
