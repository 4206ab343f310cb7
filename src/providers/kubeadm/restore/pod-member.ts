import { tagOf } from '../../../cluster/mapping.ts';
import type { Host } from '../../../ports/host.ts';
import { quote } from '../scripts/shell.ts';
import type { StaticPod } from '../static-pod.ts';
import { dataScript, parseData } from './data-facts.ts';
import type { EtcdutlSource, MemberFacts } from './facts.ts';
import { PROCESS_FUNCTIONS } from './scripts/processes.ts';
import { RUNTIME_SOCKET } from './scripts/runtime.ts';

/** What a restore needs to know of the member that runs as a static pod. @throws KubestairError HOST_* */
export async function readPodMember(host: Host, pod: StaticPod, signal?: AbortSignal): Promise<MemberFacts> {
  const dataDir = pod.onHost(pod.flag('data-dir') ?? `${pod.flag('name') ?? 'default'}.etcd`);
  const script = `set -u
${dataScript(dataDir)}${etcdutlScript(pod.image)}`;
  const { stdout } = await host.run(script, { sudo: true, signal, timeoutSeconds: 60 });
  const { owner, ...data } = parseData(stdout);
  const walDir = pod.flag('wal-dir');
  return {
    ...data,
    name: pod.flag('name') ?? 'default',
    peerUrls: (pod.flag('initial-advertise-peer-urls') ?? '').split(',').filter((url) => url !== ''),
    walDir: walDir === undefined || walDir === '' ? undefined : pod.onHost(walDir),
    owner: owner ?? pod.owner ?? '0:0',
    version: versionOf(pod.image),
    runs: { kind: 'static-pod', image: pod.image },
    etcdutl: parseEtcdutl(stdout),
  };
}

/** `3.6.6` of `registry.k8s.io/etcd:3.6.6-0`. */
export function versionOf(image: string): string | undefined {
  return /^v?(\d+\.\d+\.\d+)(-|$)/.exec(tagOf(image) ?? '')?.[1];
}

// The image's own etcdutl first: data made by another version may not be what this one reads.
function etcdutlScript(image: string): string {
  return `${PROCESS_FUNCTIONS}
${RUNTIME_SOCKET}case "$socket" in *containerd*)
  if command -v ctr >/dev/null && [ -S "$socket" ]; then echo "etcdutl image $socket"; exit 0; fi ;;
esac
for pid in $(pids_of etcd); do
  if [ -x "/proc/$pid/root/usr/local/bin/etcdutl" ] && tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -q -- --data-dir; then
    echo "etcdutl process"
    exit 0
  fi
done
if command -v etcdutl >/dev/null && etcdutl version | grep -qF ${quote(` ${versionOf(image) ?? 'unknown'}`)}; then
  echo "etcdutl file $(command -v etcdutl)"
fi`;
}

function parseEtcdutl(stdout: string): EtcdutlSource | undefined {
  const [, kind, place = ''] = /^etcdutl (image|process|file) ?(.*)$/m.exec(stdout) ?? [];
  switch (kind) {
    case 'image':
      return { kind, socket: place };
    case 'process':
      return { kind };
    case 'file':
      return { kind, path: place };
    default:
      return undefined;
  }
}
