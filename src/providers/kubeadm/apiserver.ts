import { parse } from 'yaml';
import { z } from 'zod';
import { KubestairError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';

/** What the API server of a host was started with. */
export interface ApiServer {
  /** Value of a flag, without its dashes; undefined when it is not set. */
  flag(name: string): string | undefined;
  /** Path on the host of the file that a flag names, which a static pod may see somewhere else. */
  file(name: string): string | undefined;
}

/** kubeadm's own place (cmd/kubeadm/app/constants, KubernetesDir and ManifestsSubDirName); the unit's name is that of Kubernetes the hard way. */
const SCRIPT = `set -u
manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
if [ -e "$manifest" ]; then
  echo manifest
  exec cat "$manifest"
fi
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
  if (form === 'process') return commandLine(text.split('\n'), new Map());
  const server = form === 'manifest' ? staticPod(text) : undefined;
  if (server !== undefined) return server;
  throw new KubestairError('CLUSTER_UNSUPPORTED', `${host.name} runs no API server that can be understood`, {
    object: `Node/${host.name}`,
    next: 'A control-plane host runs it as /etc/kubernetes/manifests/kube-apiserver.yaml or as kube-apiserver.service.',
  });
}

const pod = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        name: z.string().optional(),
        command: z.array(z.string()).nullish(),
        args: z.array(z.string()).nullish(),
        volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).nullish(),
      }),
    ),
    volumes: z
      .array(z.object({ name: z.string(), hostPath: z.object({ path: z.string() }).nullish() }))
      .nullish(),
  }),
});

/** Reads the manifest of a static pod; undefined when it is none of an API server. */
export function staticPod(manifest: string): ApiServer | undefined {
  const found = pod.safeParse(parseYaml(manifest)).data?.spec;
  const container = found?.containers.find(({ name }) => name === 'kube-apiserver') ?? found?.containers[0];
  if (found === undefined || container === undefined) return undefined;
  const hostPaths = new Map((found.volumes ?? []).map(({ name, hostPath }) => [name, hostPath?.path]));
  const mounts = (container.volumeMounts ?? []).flatMap(({ name, mountPath }): [string, string][] => {
    const hostPath = hostPaths.get(name);
    return hostPath === undefined ? [] : [[mountPath, hostPath]];
  });
  return commandLine([...(container.command ?? []), ...(container.args ?? [])], new Map(mounts));
}

/** @param mounts Paths on the host by the paths at which the process sees them. */
function commandLine(words: readonly string[], mounts: ReadonlyMap<string, string>): ApiServer {
  const flags = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, value] = /^--?([A-Za-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    // The last one counts, as for the API server itself.
    if (name !== undefined) flags.set(name, value ?? words[index + 1] ?? '');
  }
  const flag = (name: string): string | undefined => flags.get(name);
  return {
    flag,
    file(name) {
      const path = flag(name);
      return path === undefined || path === '' ? undefined : onHost(path, mounts);
    },
  };
}

/** Of mounts within mounts the deepest one counts. */
function onHost(path: string, mounts: ReadonlyMap<string, string>): string {
  const inside = [...mounts.keys()]
    .map((mount) => mount.replace(/\/+$/, ''))
    .filter((mount) => path === mount || path.startsWith(`${mount}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (inside === undefined) return path;
  const hostPath = (mounts.get(inside) ?? mounts.get(`${inside}/`) ?? inside).replace(/\/+$/, '');
  return hostPath + path.slice(inside.length);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
