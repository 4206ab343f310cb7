import type { ScratchNeed, ScratchService } from '../../../ports/scratch-machine.ts';
import { hereDocument, quote } from '../scripts/shell.ts';

const ROOT = '/var/lib/kubestair/scratch';
/** Nothing of a scratch machine outlives this, whatever became of the run that made it. */
const LONGEST_SECONDS = 10_800;
/** Where kubelets begin to evict pods unless they are told otherwise (evictionHard nodefs.available, KubeletConfiguration v1beta1). */
const EVICTION_PERCENT = 10;
const SPARE_BYTES = 512 * 1024 ** 2;
const LINES = 20;

/** Names of what belongs to one scratch machine on a host. */
export interface Places {
  /** The unit whose end is the end of everything. */
  readonly unit: string;
  /** Root's alone. */
  readonly directory: string;
  /** Of the SSH user: sockets that lead into the network namespace. */
  readonly doors: string;
}

export function placesOf(id: string): Places {
  return {
    unit: `kubestair-scratch-${id}`,
    directory: `${ROOT}/${id}`,
    doors: `/run/kubestair-scratch-${id}`,
  };
}

/**
 * Makes a scratch machine, or prints `unavailable` and why it cannot. A unit with a network of its own holds everything: it ends, and
 * with it all others, when nobody holds the pipe `alive` open any more, and then removes what there was.
 */
export function openScript(
  { unit, directory, doors }: Places,
  { diskBytes, memoryBytes }: ScratchNeed,
): string {
  return `set -eu
umask 077
export LC_ALL=C
unavailable() { echo "unavailable $*"; exit 0; }
mkdir -p ${ROOT}
# What a host left that went down in the middle.
for old in ${ROOT}/*; do
  [ -e "$old" ] || continue
  if systemctl is-active --quiet "kubestair-scratch-\${old##*/}.service"; then continue; fi
  rm -rf "$old" "/run/kubestair-scratch-\${old##*/}"
done
command -v systemd-run >/dev/null || unavailable "it has no systemd-run"
proxy=
for each in /usr/lib/systemd/systemd-socket-proxyd /lib/systemd/systemd-socket-proxyd; do
  if [ -x "$each" ]; then proxy=$each; break; fi
done
[ -n "$proxy" ] || unavailable "it has no systemd-socket-proxyd"
set -- $(df -P -B1 ${ROOT} | tail -n 1)
total=$2 free=$4
left=$((free - ${diskBytes}))
if [ $left -lt ${SPARE_BYTES} ] || { [ $free -ge $((total / 100 * ${EVICTION_PERCENT})) ] && [ $left -lt $((total / 100 * ${EVICTION_PERCENT})) ]; }; then
  unavailable "${ROOT} has $((free / 1048576)) MiB free, and a scratch etcd and API server would take ${Math.ceil(diskBytes / 1024 ** 2)} MiB of them"
fi
memory=$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo)
if [ "\${memory:-0}" -lt ${Math.ceil(memoryBytes / 1024)} ]; then
  unavailable "it has $((memory / 1024)) MiB of memory to spare, and a scratch etcd and API server want ${Math.ceil(memoryBytes / 1024 ** 2)} MiB"
fi
mkdir ${directory}
mkdir -m 700 ${doors}
chown "\${SUDO_UID:-0}" ${doors}
mkfifo ${directory}/alive
echo "$proxy" >${directory}/proxy
cat >${directory}/close ${hereDocument(closeText(unit, directory, doors))}
systemd-run --quiet --collect --unit=${unit} --description=${quote('Kubestair: scratch control plane')} \\
  -p PrivateNetwork=yes -p RuntimeMaxSec=${LONGEST_SECONDS} -p TimeoutStopSec=120 \\
  -p ExecStopPost='/bin/sh ${directory}/close' /bin/cat ${directory}/alive`;
}

/** Everything else is bound to the unit; what is bound to it is stopped first, so that nothing writes any more. */
function closeText(unit: string, directory: string, doors: string): string {
  return `systemctl stop '${unit}-*' 2>/dev/null
rm -rf ${directory} ${doors}`;
}

/** Holds the machine for as long as its standard input is open. */
export function holdScript({ directory }: Places): string {
  return `exec cat >${directory}/alive`;
}

/** Ends the machine, and fails if anything is left of it. */
export function endScript({ unit, directory, doors }: Places): string {
  return `systemctl stop ${unit}.service 2>/dev/null || :
for second in $(seq 30); do
  if [ ! -e ${directory} ]; then break; fi
  sleep 1
done
systemctl stop '${unit}-*' 2>/dev/null || :
rm -rf ${directory} ${doors}`;
}

/** Keeps standard input in a file that root alone can read. */
export function keepScript({ directory }: Places, file: string): string {
  return `umask 077 && exec cat >${quote(`${directory}/${file}`)}`;
}

/** Runs a program to its end within the limits of the machine. */
export function runScript(places: Places, name: string, command: readonly string[]): string {
  return `exec systemd-run --quiet --wait --collect --pipe --unit=${places.unit}-${name} \\
  ${bound(places)} ${command.map(quote).join(' ')} 2>&1`;
}

/** Starts a service, and a socket of the SSH user that leads to its port. */
export function startScript(places: Places, { name, command, port, memoryBytes }: ScratchService): string {
  const { directory } = places;
  const unit = `${places.unit}-${name}`;
  const log = `${directory}/${name}.log`;
  return `set -eu
umask 077
memory=$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo)
limit=$((memory * 1024 / 100 * 70))
if [ $limit -gt ${memoryBytes} ]; then limit=${memoryBytes}; fi
systemd-run --quiet --collect --unit=${unit} --description=${quote(`Kubestair: scratch ${name}`)} --service-type=exec \\
  ${bound(places)} -p MemoryMax=$limit -p KillSignal=SIGKILL \\
  -p StandardOutput=append:${log} -p StandardError=append:${log} \\
  ${command.map(quote).join(' ')}
systemd-run --quiet --collect --unit=${unit}-door --description=${quote(`Kubestair: way to scratch ${name}`)} \\
  --socket-property=ListenStream=${doorOf(places, name)} --socket-property=SocketUser="\${SUDO_UID:-0}" --socket-property=SocketMode=0600 \\
  ${bound(places)} "$(cat ${directory}/proxy)" 127.0.0.1:${port}`;
}

export function doorOf({ doors }: Places, name: string): string {
  return `${doors}/${name}.sock`;
}

/** Prints whether a service runs, and its last lines. */
export function lookScript({ unit, directory }: Places, name: string): string {
  return `systemctl is-active ${unit}-${name}.service || :
tail -n ${LINES} ${directory}/${name}.log 2>/dev/null || :`;
}

export function stopScript({ unit }: Places, name: string): string {
  return `systemctl stop ${unit}-${name}-door.socket ${unit}-${name}-door.service ${unit}-${name}.service 2>/dev/null || :`;
}

/**
 * In the machine's network, which has a loopback interface and nothing else, and after everybody else who wants the processor or
 * the disk; the kernel kills it before anything of the host.
 */
function bound({ unit }: Places): string {
  return [
    `BindsTo=${unit}.service`,
    `After=${unit}.service`,
    `JoinsNamespaceOf=${unit}.service`,
    'PrivateNetwork=yes',
    'UMask=0077',
    'OOMScoreAdjust=1000',
    'CPUWeight=20',
    'IOWeight=20',
    'Nice=10',
    `RuntimeMaxSec=${LONGEST_SECONDS}`,
  ]
    .map((property) => `-p ${property}`)
    .join(' ');
}
