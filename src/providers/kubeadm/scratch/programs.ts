import { KubestairError } from '../../../errors.ts';
import type { Host } from '../../../ports/host.ts';
import type { ScratchProgram } from '../../../ports/scratch-machine.ts';
import { MANIFESTS } from '../restore/places.ts';
import { PROCESS_FUNCTIONS } from '../restore/scripts/processes.ts';
import { copyFromImage, RUNTIME_SOCKET } from '../scripts/containerd.ts';
import { quote } from '../scripts/shell.ts';
import { staticPodOf } from '../static-pod.ts';
import type { Places } from './scripts.ts';

/** Pulling an image may take minutes. */
const TIMEOUT_SECONDS = 600;

/**
 * Brings a program of the control plane into the machine's directory: out of the container that runs it, or out of its image, which
 * is pulled where it is not there yet.
 * @returns where it is on the host
 * @throws KubestairError SCRATCH_UNAVAILABLE with what the host said, HOST_*
 */
export async function bringProgram(
  host: Host,
  { directory }: Places,
  name: ScratchProgram,
  version: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const folder = `${directory}/programs/${version ?? 'etcd'}`;
  const file = `${folder}/${name}`;
  const options = { sudo: true, signal, timeoutSeconds: TIMEOUT_SECONDS };
  const image = await imageOf(host, name, version, options);
  const script = bringScript(folder, name, version, image);
  const { exitCode, stdout, stderr } = await host.run(script, { ...options, allowFailure: true });
  if (exitCode === 0) return file;
  const what = version === undefined ? name : `${name} ${version}`;
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) || `exit code ${exitCode}`;
  throw new KubestairError('SCRATCH_UNAVAILABLE', `${host.name} cannot get ${what}: ${said}`, {
    object: `Node/${host.name}`,
    next: `Pull ${image ?? `an image with ${name}`} on that host, or name a directory of this machine that holds the programs with --binaries.`,
  });
}

/** The image that the host's static pod runs, with the tag of the version that is wanted; undefined where it runs none. */
async function imageOf(
  host: Host,
  name: ScratchProgram,
  version: string | undefined,
  options: Parameters<Host['run']>[1],
): Promise<string | undefined> {
  const component = name === 'kube-apiserver' ? name : 'etcd';
  const { stdout } = await host.run(`cat ${MANIFESTS}/${component}.yaml 2>/dev/null || :`, options);
  const image = staticPodOf(stdout, component)?.image;
  if (image === undefined || image === '' || version === undefined) return image || undefined;
  return `${image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:${version}`;
}

/** Programs that run already are found by their processes, whichever runtime runs them. */
function bringScript(
  folder: string,
  name: ScratchProgram,
  version: string | undefined,
  image: string | undefined,
): string {
  const process = name === 'etcdutl' ? 'etcd' : name;
  // kube-apiserver prints "Kubernetes v1.36.3".
  const fits = version === undefined ? ':' : `"$file" --version | grep -qF ${quote(` ${version}`)}`;
  return `set -u
umask 077
${PROCESS_FUNCTIONS}
mkdir -p ${folder}
file=${folder}/${name}
for pid in $(pids_of ${process}); do
  if cp -L "/proc/$pid/root/usr/local/bin/${name}" "$file" 2>/dev/null && ${fits}; then exit 0; fi
done
rm -f "$file"
set -e
${image === undefined ? 'echo "no static pod of this host says which image has it"; exit 1' : fromImage(image, name)}
chmod 700 "$file"
${fits} || { echo "the image holds another version: $("$file" --version)"; exit 1; }`;
}

function fromImage(image: string, name: ScratchProgram): string {
  return `${RUNTIME_SOCKET}case "$socket" in *containerd*) ;; *) echo "its runtime is not containerd, whose images alone can be looked into"; exit 1 ;; esac
command -v ctr >/dev/null || { echo "it has no ctr"; exit 1; }
${copyFromImage(image, `/usr/local/bin/${name}`, '$file')}`;
}
