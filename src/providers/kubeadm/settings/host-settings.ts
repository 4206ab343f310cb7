import pLimit from 'p-limit';
import type { Evidence, Setting, Settings } from '../../../cluster/evidence.ts';
import type { Known } from '../../../cluster/known.ts';
import type { NodeObservation } from '../../../cluster/observation.ts';
import { attempt } from '../../../evidence/attempt.ts';
import type { Host } from '../../../ports/host.ts';
import { argumentsIn, settingsOf } from './arguments.ts';
import { settingsOfConfig } from './component-config.ts';
import { kubeletWords } from './kubelet-unit.ts';
import { settingsOfStaticPod } from './static-pod.ts';

/**
 * Each file as a line with what it is and its path, and a line of base64. The unit and its drop-ins are taken as they are on disk:
 * systemd may not have loaded them yet, and does when the upgrade restarts the kubelet.
 */
const SCRIPT = `set -u
show() {
  if [ -f "$2" ]; then
    printf '%s %s\\n' "$1" "$2"
    base64 -w 0 <"$2" && echo
  fi
}
unit=$(systemd-analyze cat-config systemd/system/kubelet.service 2>/dev/null) || unit=$(systemctl cat kubelet.service 2>/dev/null)
printf 'unit kubelet.service\\n'
printf '%s\\n' "$unit" | base64 -w 0 && echo
variables=$(printf '%s\\n' "$unit" | sed -n 's/^EnvironmentFile=-\\{0,1\\}//p')
for path in $variables; do show variables "$path"; done
directories=$( { printf '%s\\n' "$unit"; cat $variables 2>/dev/null; } | sed -n 's/.*--config-dir[= ]\\([^ "]*\\).*/\\1/p')
for directory in $directories; do
  for path in "$directory"/*.conf; do show config "$path"; done
done
for path in /etc/kubernetes/manifests/*.yaml /etc/kubernetes/manifests/*.yml /etc/kubernetes/manifests/*.json; do show manifest "$path"; done
exit 0`;

const HOSTS_AT_ONCE = 8;

/** Settings of every host, unknown where it cannot be reached: those that stay when it is upgraded, and those that its static pods run with. */
export async function settingsOfHosts(
  nodes: readonly NodeObservation[],
  hostOf: (node: NodeObservation) => Host,
  signal?: AbortSignal,
): Promise<Evidence['hostSettings']> {
  const limit = pLimit(HOSTS_AT_ONCE);
  const read = async (node: NodeObservation): Promise<Known<Settings>> =>
    node.host.known ? await attempt(() => readHost(hostOf(node), signal), { signal }) : node.host;
  return await Promise.all(
    nodes.map((node) => limit(async () => ({ node: node.name, found: await read(node) }))),
  );
}

async function readHost(host: Host, signal?: AbortSignal): Promise<Settings> {
  const { stdout } = await host.run(SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
  return parseHostSettings(stdout);
}

/** Reads what the script printed. */
export function parseHostSettings(stdout: string): Settings {
  const files = filesIn(stdout);
  const found: Setting[] = [];
  const unread: Settings['unread'][number][] = [];
  const collect = (place: string, read: () => readonly Setting[]): void => {
    try {
      found.push(...read());
    } catch (thrown) {
      unread.push({ place, reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  };
  const variables = new Map(
    files.flatMap(({ kind, path, text }) => (kind === 'variables' ? [[path, text]] : [])),
  );
  for (const { kind, path, text } of files) {
    switch (kind) {
      case 'unit':
        collect(path, () => settingsOfUnit(text, variables));
        break;
      case 'config':
        collect(path, () => settingsOfConfig('kubelet', path, text));
        break;
      case 'manifest':
        collect(path, () => settingsOfStaticPod(path, text));
        break;
      case 'variables':
        break;
    }
  }
  return { found, unread };
}

function settingsOfUnit(unit: string, variables: ReadonlyMap<string, string>): readonly Setting[] {
  const words = kubeletWords(unit, variables);
  if (words.length === 0) throw new Error('systemd has no such unit');
  return settingsOf('kubelet', argumentsIn(words));
}

interface HostFile {
  readonly kind: 'unit' | 'variables' | 'config' | 'manifest';
  readonly path: string;
  readonly text: string;
}

function filesIn(stdout: string): readonly HostFile[] {
  const lines = stdout.split('\n');
  return lines.flatMap((line, index) => {
    const [, kind, path = ''] = /^(unit|variables|config|manifest) (.+)$/.exec(line) ?? [];
    if (kind === undefined) return [];
    const text = Buffer.from(lines[index + 1] ?? '', 'base64').toString('utf8');
    return [{ kind: kind as HostFile['kind'], path, text }];
  });
}
