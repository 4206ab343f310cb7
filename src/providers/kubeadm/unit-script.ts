import { createHash } from 'node:crypto';
import { hereDocument, quote } from './scripts/shell.ts';

const ROOT = '/var/lib/kubestair/units';
/** Most that one look brings back. */
export const CHUNK_BYTES = 64 * 1024;

export interface UnitStart {
  readonly name: string;
  /** For people and `systemctl status`. */
  readonly title: string;
  /** Tells this start from others of the same unit. */
  readonly attempt: string;
  /** Fencing token of the lock that the run holds. */
  readonly epoch: number;
  readonly script: string;
}

/** What a host says of a unit. */
export interface UnitLook {
  readonly running: boolean;
  /** Which start it belongs to; empty if there was none. */
  readonly attempt: string;
  /** Absent while it runs, and for good when it was killed or the host went down. */
  readonly exitCode: number | undefined;
  /** Bytes of output so far, and what follows the offset that was asked for. */
  readonly size: number;
  readonly output: string;
}

/** A start that the host refused: work of a run that holds the lock now, or held it later, was seen there. */
export const FENCED_EXIT_CODE = 86;
const EPOCH_FILE = '/var/lib/kubestair/epoch';

/** The same for the same step of the same cluster, whichever run starts it, so that a later run finds it again. */
export function unitName(clusterUid: string, stepId: string): string {
  return `kubestair-${createHash('sha256').update(`${clusterUid}\n${stepId}`).digest('hex').slice(0, 16)}`;
}

/** Where a unit's script, output and exit code are kept; only root can read them. */
export function unitDirectory(name: string): string {
  return `${ROOT}/${name}`;
}

/** From now on the host refuses to start work of a lower epoch. Refused itself with FENCED_EXIT_CODE where a higher one was seen. */
export function fenceScript(epoch: number): string {
  return `set -eu
umask 077
mkdir -p ${ROOT}
exec 8>${EPOCH_FILE}.lock
flock 8
seen=$(cat ${EPOCH_FILE} 2>/dev/null || echo 0)
if [ "$seen" -gt ${epoch} ]; then echo "$seen"; exit ${FENCED_EXIT_CODE}; fi
echo ${epoch} >${EPOCH_FILE}.new
mv ${EPOCH_FILE}.new ${EPOCH_FILE}
exec 8>&-`;
}

/**
 * Starts the script as a transient systemd unit, apart from the connection that started it. Two starts at once cannot both
 * succeed: systemd refuses a second unit of the name. A run whose lock was taken over cannot start anything: its epoch is older.
 */
export function startScript({ name, title, attempt, epoch, script }: UnitStart): string {
  const directory = unitDirectory(name);
  return `${fenceScript(epoch)}
mkdir -p ${directory}
cd ${directory}
exec 9>lock
flock 9
case "$(systemctl show -p ActiveState --value ${name}.service)" in
  active | activating | deactivating | reloading) exit 0 ;;
esac
rm -f exit exit.new seal output
echo ${quote(attempt)} >attempt
cat >script ${hereDocument(script)}
cat >run ${hereDocument(wrapper(directory))}
systemctl reset-failed ${name}.service 2>/dev/null || :
systemd-run --quiet --collect --unit=${name} --description=${quote(`Kubestair: ${title}`)} --service-type=exec /bin/sh ${directory}/run`;
}

/** Asks for a unit's state and for its output from an offset on. */
export function lookScript(name: string, offset: number): string {
  // The state first: what ended after that look still has its exit code and all its output at the next one.
  return `cd ${unitDirectory(name)} 2>/dev/null || { echo "inactive"; echo; echo; echo 0; exit 0; }
systemctl show -p ActiveState --value ${name}.service
echo "$(cat attempt 2>/dev/null)"
echo "$(cat exit 2>/dev/null)"
size=$(stat -c %s output 2>/dev/null || echo 0)
echo "$size"
left=$((size - ${offset}))
if [ $left -gt ${CHUNK_BYTES} ]; then left=${CHUNK_BYTES}; fi
if [ $left -gt 0 ]; then tail -c +${offset + 1} output | head -c $left; fi`;
}

/** Reads what lookScript() printed. */
export function parseLook(stdout: string): UnitLook {
  const [state = '', attempt = '', exit = '', size = '0', ...output] = stdout.split('\n');
  return {
    running: ['active', 'activating', 'deactivating', 'reloading'].includes(state),
    attempt,
    exitCode: exit === '' ? undefined : Number(exit),
    size: Number(size),
    output: output.join('\n'),
  };
}

/** Prints `yes` if the unit succeeded and what it sealed is still as it left it. */
export function succeededScript(name: string): string {
  return `cd ${unitDirectory(name)} 2>/dev/null || exit 0
[ "$(cat exit 2>/dev/null)" = 0 ] || exit 0
if [ -e seal ] && ! sha256sum --check --status seal; then exit 0; fi
echo yes`;
}

// The exit code appears whole and last, or not at all.
function wrapper(directory: string): string {
  return `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
export KUBESTAIR_DIRECTORY=${directory}
umask 022
cd /
sh -eu ${directory}/script >${directory}/output 2>&1 </dev/null
code=$?
echo $code >${directory}/exit.new
sync ${directory}/exit.new
mv ${directory}/exit.new ${directory}/exit
exit $code`;
}
