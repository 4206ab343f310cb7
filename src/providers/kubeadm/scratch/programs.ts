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
  const source = await imageOf(host, name, version, options);
  const script = bringScript(folder, name, version, source);
  const { exitCode, stdout, stderr } = await host.run(script, { ...options, allowFailure: true });
  if (exitCode === 0) return file;
  const what = version === undefined ? name : `${name} ${version}`;
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) || `exit code ${exitCode}`;
  throw new KubestairError('SCRATCH_UNAVAILABLE', `${host.name} cannot get ${what}: ${said}`, {
    object: `Node/${host.name}`,
    next: `Pull ${source.image ?? `an image with ${name}`} on that host, or name a directory of this machine that holds the programs with --binaries.`,
  });
}

/** Where an image of the component comes from on this host. */
interface ImageSource {
  /** The image itself; undefined where the host runs none of the component. */
  readonly image: string | undefined;
  /** Repository of the control plane's images: `registry.k8s.io`. */
  readonly repository: string | undefined;
}

/** The image that the host's static pod runs, with the tag of the version that is wanted. */
async function imageOf(
  host: Host,
  name: ScratchProgram,
  version: string | undefined,
  options: Parameters<Host['run']>[1],
): Promise<ImageSource> {
  const read = async (component: string): Promise<string | undefined> => {
    const { stdout } = await host.run(`cat ${MANIFESTS}/${component}.yaml 2>/dev/null || :`, options);
    return staticPodOf(stdout, component)?.image || undefined;
  };
  const server = await read('kube-apiserver');
  const untagged = server?.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const repository = untagged?.replace(/\/[^/]*$/, '');
  if (name !== 'kube-apiserver') return { image: await read('etcd'), repository };
  return { image: untagged && version && `${untagged}:${version}`, repository };
}

/** Programs that run already are found by their processes, whichever runtime runs them. */
function bringScript(
  folder: string,
  name: ScratchProgram,
  version: string | undefined,
  source: ImageSource,
): string {
  const process = name === 'etcdutl' ? 'etcd' : name;
  const fits = version === undefined ? ':' : `[ "$("$file" --version)" = ${quote(`Kubernetes ${version}`)} ]`;
  return `set -u
umask 077
${PROCESS_FUNCTIONS}
mkdir -p ${folder}
file=${folder}/${name}
for pid in $(pids_of ${process}); do
  if cp -L "/proc/$pid/root/usr/local/bin/${name}" "$file" 2>/dev/null && ${fits}; then exit 0; fi
done
if cp -L "$(command -v ${name})" "$file" 2>/dev/null && ${fits}; then exit 0; fi
rm -f "$file"
set -e
${imageLine(process, version, source)}
if [ -z "$wanted" ]; then echo "neither a static pod of this host nor its kubeadm says which image has it"; exit 1; fi
${FROM_IMAGE}${copyFromImage('$wanted', `/usr/local/bin/${name}`, '$file')}
chmod 700 "$file"
${fits} || { echo "$wanted holds another version: $("$file" --version)"; exit 1; }`;
}

/** Where the host runs none of the component, as with external etcd, its kubeadm knows which image it would run. */
function imageLine(
  component: string,
  version: string | undefined,
  { image, repository }: ImageSource,
): string {
  if (image !== undefined) return `wanted=${quote(image)}`;
  const of = version === undefined ? '"$(kubeadm version -o short)"' : quote(version);
  const from = repository === undefined ? '' : ` --image-repository ${quote(repository)}`;
  return `wanted=$(kubeadm config images list --kubernetes-version ${of}${from} 2>/dev/null | grep -E '^[^[:space:]]+/${component}:[^[:space:]]+$' | tail -n 1 || :)`;
}

const FROM_IMAGE = `${RUNTIME_SOCKET}case "$socket" in *containerd*) ;; *) echo "its runtime is not containerd, whose images alone can be looked into"; exit 1 ;; esac
command -v ctr >/dev/null || { echo "it has no ctr"; exit 1; }
`;
