import type { VersionText } from '../../../cluster/observation.ts';
import { minorOf } from '../../../cluster/version.ts';
import { quote } from './shell.ts';

/**
 * Functions of sh for exact package versions. apt waits for other users of dpkg's lock, never asks, keeps changed configuration
 * files, removes nothing, and on Ubuntu needrestart restarts nothing by itself.
 */
export function packageFunctions(version: VersionText): string {
  return `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1
wanted_version=${quote(version.slice(1))}
wanted_minor=${quote(minorOf(version))}
apt() {
  apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"
}
installed() {
  dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' "$1" 2>/dev/null | sed -n 's/^installed //p'
}
offered() {
  apt-cache madison "$1" | awk -F ' *[|] *' -v wanted="$wanted_version-" 'index($2, wanted) == 1 { print $2; exit }'
}
is_wanted() {
  have=$(installed "$1")
  case "$have" in
    "$wanted_minor".*) dpkg --compare-versions "$have" ge "$wanted_version" ;;
    *) return 1 ;;
  esac
}
exact() {
  for name in "$@"; do
    version=$(offered "$name")
    if [ -z "$version" ]; then
      echo "error: the repository has no $name $wanted_version" >&2
      return 1
    fi
    echo "$name=$version"
  done
}
install_held() {
  missing=
  for name in "$@"; do
    if ! is_wanted "$name"; then missing="$missing $name"; fi
  done
  trap 'apt-mark hold $held >/dev/null' EXIT
  trap 'exit 143' HUP INT TERM
  held="$*"
  if [ -n "$missing" ]; then
    packages=$(exact $missing)
    dpkg --configure -a --force-confold
    apt-mark unhold $missing >/dev/null
    echo "installing" $packages
    apt install -y --no-install-recommends --no-remove $packages
  fi
  apt-mark hold $held >/dev/null
  trap - EXIT HUP INT TERM
}
`;
}
