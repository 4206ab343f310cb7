import { KubestairError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';
import { MANIFESTS, STOPPED } from './restore/places.ts';
import { flagsOf, staticPodOf } from './static-pod.ts';

/** What the API server of a host was started with. */
export interface ApiServer {
  /** Value of a flag, without its dashes; undefined when it is not set. */
  flag(name: string): string | undefined;
  /** Path on the host of the file that a flag names, which a static pod may see somewhere else. */
  file(name: string): string | undefined;
}

/** In the middle of a restore the manifest lies aside; the unit's name is that of Kubernetes the hard way. */
const SCRIPT = `set -u
for manifest in ${MANIFESTS}/kube-apiserver.yaml ${STOPPED}/kube-apiserver.yaml; do
  if [ -e "$manifest" ]; then
    echo manifest
    exec cat "$manifest"
  fi
done
pid=$(systemctl show -p MainPID --value kube-apiserver.service 2>/dev/null || :)
if [ "\${pid:-0}" -gt 0 ]; then
  echo process
  exec tr '\\0' '\\n' <"/proc/$pid/cmdline"
fi
echo none`;

/**
 * Reads the flags of a host's API server: of its static pod's manifest, or of its systemd unit as it runs, with its environment
 * files already put in.
 * @throws KubestairError HOST_*; CLUSTER_UNSUPPORTED where the host has neither
 */
export async function readApiServer(host: Host, signal?: AbortSignal): Promise<ApiServer> {
  const { stdout } = await host.run(SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
  const end = stdout.indexOf('\n');
  const form = stdout.slice(0, end);
  const text = stdout.slice(end + 1);
  if (form === 'process') {
    const flags = flagsOf(text.split('\n'));
    return apiServerOf(
      (name) => flags.get(name),
      (path) => path,
    );
  }
  const server = form === 'manifest' ? staticPod(text) : undefined;
  if (server !== undefined) return server;
  throw new KubestairError('CLUSTER_UNSUPPORTED', `${host.name} runs no API server that can be understood`, {
    object: `Node/${host.name}`,
    next: 'A control-plane host runs it as /etc/kubernetes/manifests/kube-apiserver.yaml or as kube-apiserver.service.',
  });
}

/** Reads the manifest of a static pod; undefined when it is none of an API server. */
export function staticPod(manifest: string): ApiServer | undefined {
  const pod = staticPodOf(manifest, 'kube-apiserver');
  return pod && apiServerOf(pod.flag, pod.onHost);
}

function apiServerOf(flag: ApiServer['flag'], onHost: (path: string) => string): ApiServer {
  return {
    flag,
    file(name) {
      const path = flag(name);
      return path === undefined || path === '' ? undefined : onHost(path);
    },
  };
}
