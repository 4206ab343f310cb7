import type { SystemConfig } from '../../../config/schema.ts';
import { NEEDS_RESTARTING } from '../scripts/dnf/needs-restarting.ts';
import { PACKAGE_MANAGER } from '../scripts/package-manager.ts';
import { hereDocument, quote } from '../scripts/shell.ts';

const ROOT = '/var/lib/kubestair/maintenance';
const NAMES = 'kubeadm kubelet kubectl';

/** Where a host notes what it knows of one maintenance. */
function recordOf(id: string): string {
  return `${ROOT}/${id}`;
}

/**
 * Functions of sh for whichever package manager there is. Held packages are never among the updates: Kubernetes is put on hold first.
 * On Debian a new kernel is a new package, so that new ones are let in, and none is removed. A security archive is one whose name says
 * so: `Debian-Security`, `jammy-security`.
 * @param lists directory for lists of packages of our own, so that a look changes nothing that the host itself uses
 */
function packageManager(packages: SystemConfig['packages'], lists?: string): string {
  const own =
    lists === undefined
      ? ''
      : ` -o Dir::State::lists=${lists} -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 -o APT::Sandbox::User=`;
  const only = packages === 'security' ? ` | grep -iE '[(][^)]*(security)'` : '';
  return `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 LC_ALL=C
${PACKAGE_MANAGER}apt() {
  apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold${own} "$@"
}
dnf_lists() {
  dnf -q -y${lists === undefined ? '' : ` --setopt=cachedir=${lists}/dnf`} "$@"
}
updates() {
  if [ $manager = apt ]; then
    apt -s --no-remove --with-new-pkgs upgrade 2>/dev/null | grep '^Inst '${only} | awk '{ print $2 }'
  else
    # What replaces another package comes last, under a heading of its own.
    dnf_lists ${packages === 'security' ? '--security ' : ''}--exclude=${NAMES.replaceAll(' ', ',')} check-update 2>/dev/null | awk '/^Obsoleting/ { exit } NF == 3 { sub(/[.][^.]*$/, "", $1); print $1 }'
  fi
  return 0
}
`;
}

/** Why a host asks for a restart: Debian and Ubuntu leave a file, needrestart knows the kernel, dnf looks at what runs. */
const REBOOT_ASKED = `${NEEDS_RESTARTING}reboot_asked() {
  if [ -e /var/run/reboot-required ]; then
    echo "a restart is required$(sed 's/^/ /' /var/run/reboot-required.pkgs 2>/dev/null | sort -u | head -n 5 | tr -d '\\n' | sed 's/^/ by/')"
  elif command -v needrestart >/dev/null && needrestart -b -k 2>/dev/null | grep -qE '^NEEDRESTART-KSTA: [23]$'; then
    echo "a newer kernel is installed"
  elif needs_restarting; then
    echo "a restart is required by packages that were updated since it was started"
  fi
  return 0
}
`;

/** Prints what a maintenance finds on a host, as lines of \`key value\`. Nothing changes but lists of packages of our own. */
export function lookScript({ packages }: Pick<SystemConfig, 'packages'>): string {
  const lists = `${ROOT}/lists`;
  return `set -u
umask 077
${packageManager(packages, lists)}
${REBOOT_ASKED}
echo "boot $(cat /proc/sys/kernel/random/boot_id)"
id=$(cat ${ROOT}/current 2>/dev/null)
if [ -n "$id" ] && [ -e ${ROOT}/$id/before ]; then
  echo "record $id $(cat ${ROOT}/$id/before) $([ -e ${ROOT}/$id/system ] && echo yes || echo no) $([ -e ${ROOT}/$id/closed ] && echo yes || echo no)"
fi
reboot_asked | sed 's/^/asked /'
${packages === 'none' ? '' : LIST_UPDATES.replaceAll('LISTS', lists)}
exit 0`;
}

const LIST_UPDATES = `if [ $manager = apt ] && ! command -v apt-get >/dev/null; then
  echo "error neither apt-get nor dnf is there"
elif [ $manager = apt ]; then
  mkdir -p LISTS/partial
  said=$(apt update 2>&1)
  if [ $? -ne 0 ]; then echo "$said" | grep -E '^E:' | head -n 3 | sed 's/^/error /'; fi
  echo "$said" | grep -E '^W:' | head -n 3 | sed 's/^/warning /'
else
  said=$(dnf_lists makecache --refresh 2>&1) || echo "$said" | grep -E 'rror' | head -n 3 | sed 's/^/error /'
fi
updates | sed 's/^/update /'`;

/** Brings updates to the host, and notes that a maintenance is under way. */
export function prepareScript(id: string, { packages }: SystemConfig): string {
  const record = recordOf(id);
  return `${packageManager(packages)}
mkdir -p ${record}
if [ ! -e ${record}/before ]; then
  ${noteBoot(record)}
fi
echo ${quote(id)} >${ROOT}/current.new
mv ${ROOT}/current.new ${ROOT}/current
${packages === 'none' ? '' : DOWNLOAD}`;
}

function noteBoot(record: string): string {
  return `cat /proc/sys/kernel/random/boot_id >${record}/before.new
  mv ${record}/before.new ${record}/before`;
}

const HOLD = `if [ $manager = apt ] && command -v apt-mark >/dev/null; then
  for name in ${NAMES}; do
    if dpkg-query -W -f '\${db:Status-Status}' $name 2>/dev/null | grep -qx installed; then apt-mark hold $name >/dev/null; fi
  done
fi
`;

const DOWNLOAD = `${HOLD}if [ $manager = apt ]; then
  apt update
  set -- $(updates)
  if [ $# -gt 0 ]; then
    echo "downloading" "$@"
    apt -y --no-remove --download-only --only-upgrade install "$@"
  fi
else
  set -- $(updates)
  if [ $# -gt 0 ]; then
    echo "downloading" "$@"
    dnf -y --downloadonly upgrade "$@"
  fi
fi
`;

/**
 * Installs the updates and runs the commands of the cluster file, and notes that both are done. Safe to repeat until then. The boot
 * is noted anew: a host that is in another one later was restarted on what was installed here.
 */
export function systemScript(id: string, { packages, run }: SystemConfig): string {
  const record = recordOf(id);
  const commands = run.map(
    (command, index) => `echo "command ${index + 1} of ${run.length}"
sh -eu -s ${hereDocument(command)}`,
  );
  return `${packageManager(packages)}
if [ ! -e ${record}/system ]; then
  ${noteBoot(record)}
fi
${packages === 'none' ? '' : INSTALL}
${commands.join('\n')}
touch ${record}/system
sync ${record}
`;
}

const INSTALL = `${HOLD}if [ $manager = apt ]; then
  dpkg --configure -a --force-confold
  set -- $(updates)
  if [ $# -gt 0 ]; then
    echo "updating" "$@"
    apt -y --no-remove --only-upgrade install "$@"
  fi
else
  set -- $(updates)
  if [ $# -gt 0 ]; then
    echo "updating" "$@"
    dnf -y upgrade "$@"
  fi
fi`;

/** Restarts the host in a moment, so that whoever asked for it gets an answer; not if it was restarted already. */
export function rebootScript(id: string): string {
  return `if [ "$(cat ${recordOf(id)}/before)" != "$(cat /proc/sys/kernel/random/boot_id)" ]; then exit 0; fi
sync
systemctl reset-failed kubestair-restart.timer kubestair-restart.service 2>/dev/null || :
if [ "$(systemctl is-active kubestair-restart.timer)" = active ]; then exit 0; fi
systemd-run --quiet --collect --on-active=1 --unit=kubestair-restart --description='Kubestair: restart for maintenance' systemctl reboot`;
}

export const BOOT_ID = 'cat /proc/sys/kernel/random/boot_id';

export function closeScript(id: string): string {
  return `set -eu
touch ${recordOf(id)}/closed
rm -rf ${ROOT}/lists
cd ${ROOT}
# The records of the last ten are kept.
ls -d 2*/ 2>/dev/null | sort | head -n -10 | xargs -r rm -rf`;
}
