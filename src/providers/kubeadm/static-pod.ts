import { parse } from 'yaml';
import { z } from 'zod';

/** What the manifest of a static pod says. */
export interface StaticPod {
  readonly image: string;
  /** Value of a flag, without its dashes; undefined when it is not set. */
  flag(name: string): string | undefined;
  /** Path on the host of a path that the container sees. */
  onHost(path: string): string;
  /** `uid:gid` that the pod runs as, where the manifest says so. */
  readonly owner: string | undefined;
}

const securityContext = z.object({ runAsUser: z.number().optional(), runAsGroup: z.number().optional() });
const pod = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        name: z.string().optional(),
        image: z.string().optional(),
        command: z.array(z.string()).nullish(),
        args: z.array(z.string()).nullish(),
        volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).nullish(),
        securityContext: securityContext.nullish(),
      }),
    ),
    securityContext: securityContext.nullish(),
    volumes: z
      .array(z.object({ name: z.string(), hostPath: z.object({ path: z.string() }).nullish() }))
      .nullish(),
  }),
});

/**
 * Reads a manifest; undefined when it is none of a pod.
 * @param component what its container is called; default the first one
 */
export function staticPodOf(manifest: string, component?: string): StaticPod | undefined {
  const spec = pod.safeParse(parseYaml(manifest)).data?.spec;
  const container = spec?.containers.find(({ name }) => name === component) ?? spec?.containers[0];
  if (spec === undefined || container === undefined) return undefined;
  const flags = flagsOf([...(container.command ?? []), ...(container.args ?? [])]);
  const hostPaths = new Map((spec.volumes ?? []).map(({ name, hostPath }) => [name, hostPath?.path]));
  const mounts = (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const hostPath = hostPaths.get(name);
    return hostPath === undefined ? [] : [{ seen: withoutSlash(mountPath), real: withoutSlash(hostPath) }];
  });
  const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
  const group = container.securityContext?.runAsGroup ?? spec.securityContext?.runAsGroup;
  return {
    image: container.image ?? '',
    flag: (name) => flags.get(name),
    onHost(path) {
      // Of mounts within mounts the deepest one counts.
      const inside = mounts
        .filter(({ seen }) => path === seen || path.startsWith(`${seen}/`))
        .toSorted((a, b) => b.seen.length - a.seen.length)[0];
      return inside === undefined ? path : inside.real + path.slice(inside.seen.length);
    },
    owner: user === undefined ? undefined : `${user}:${group ?? user}`,
  };
}

/** Flags of a command line by their names; of one that stands twice the last counts, as for the programs themselves. */
export function flagsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, value] = /^--?([A-Za-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    flags.set(name, value ?? (next?.startsWith('-') === false ? next : 'true'));
  }
  return flags;
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
