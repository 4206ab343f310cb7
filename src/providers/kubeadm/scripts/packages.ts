import type { VersionText } from '../../../cluster/observation.ts';
import { minorOf } from '../../../cluster/version.ts';
import { DNF_FUNCTIONS } from './dnf/packages.ts';
import { byManager, PACKAGE_MANAGER } from './package-manager.ts';
import { quote } from './shell.ts';

/**
 * Functions of sh for exact package versions, `name=version`, with apt or dnf. Neither asks, nor removes anything. apt waits for other users
 * of dpkg's lock, keeps changed configuration files, and on Ubuntu needrestart restarts nothing by itself.
 */
export function packageFunctions(version: VersionText): string {
  return `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1
wanted_version=${quote(version.slice(1))}
wanted_minor=${quote(minorOf(version))}
${PACKAGE_MANAGER}${byManager({ apt: APT_FUNCTIONS, dnf: DNF_FUNCTIONS })}${COMMON}`;
}

const APT_FUNCTIONS = `apt() {
  apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"
}
installed() {
  dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' "$1" 2>/dev/null | sed -n 's/^installed //p'
}
offered() {
  apt-cache madison "$1" | awk -F ' *[|] *' -v wanted="$wanted_version-" 'index($2, wanted) == 1 { print $2; exit }'
}
not_older() {
  dpkg --compare-versions "$1" ge "$2"
}
download_exact() {
  apt install -y --download-only --allow-downgrades --allow-change-held-packages --no-install-recommends --no-remove "$@"
}
install_exact() {
  apt install -y --no-install-recommends --no-remove "$@"
}
install_back() {
  apt install -y --allow-downgrades --allow-change-held-packages --no-install-recommends --no-remove "$@"
}
repair() {
  dpkg --configure -a --force-confold
}
release() {
  apt-mark unhold "$@" >/dev/null
}
hold() {
  apt-mark hold "$@" >/dev/null
}
`;

const COMMON = `is_wanted() {
  have=$(installed "$1")
  case "$have" in
    "$wanted_minor".*) not_older "$have" "$wanted_version" ;;
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
  trap 'hold $held' EXIT
  trap 'exit 143' HUP INT TERM
  held="$*"
  if [ -n "$missing" ]; then
    packages=$(exact $missing)
    repair
    release $missing
    echo "installing" $packages
    install_exact $packages
  fi
  hold $held
  trap - EXIT HUP INT TERM
}
`;
