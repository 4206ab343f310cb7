import { kubectl } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { LabState } from '../state.ts';

/** Begins something on a host that takes its time, apart from the connection that began it. */
function detached(state: LabState, host: string, script: string): Promise<string> {
  return onHost(state, host, `systemd-run --quiet --collect sh -c '${script}'`);
}

/** Nobody gets into the host over SSH, and who is in it hears nothing more, as behind a cable that was pulled. */
export function cutSsh(state: LabState, host: string, seconds: number): Promise<string> {
  const rule = 'INPUT -p tcp --dport 22 -j DROP';
  return detached(state, host, `iptables -I ${rule}; sleep ${seconds}; iptables -D ${rule}`);
}

/** Nothing answers at the API server's port, as if it were being restarted. */
export function refuseApi(state: LabState, host: string, seconds: number): Promise<string> {
  const rule = '-p tcp --dport 6443 -j REJECT --reject-with tcp-reset';
  const chains = ['INPUT', 'OUTPUT'];
  const each = (flag: string) => chains.map((chain) => `iptables ${flag} ${chain} ${rule}`).join('; ');
  return detached(state, host, `${each('-I')}; sleep ${seconds}; ${each('-D')}`);
}

/** All processes of that name stand still: they hold their connections and answer nothing. */
export function standStill(state: LabState, host: string, program: string, seconds: number): Promise<string> {
  return detached(state, host, `pkill -STOP -x ${program}; sleep ${seconds}; pkill -CONT -x ${program}`);
}

/** The file cannot be replaced or moved, whoever tries. */
export function pin(state: LabState, host: string, file: string): Promise<string> {
  return onHost(state, host, `mount --bind ${file} ${file}`);
}

/** Takes off what pin() or fill() laid over it. */
export function unpin(state: LabState, host: string, file: string): Promise<string> {
  return onHost(state, host, `if mountpoint -q ${file}; then umount ${file}; fi`);
}

/** A directory that has so little room that no package fits. */
export function fill(state: LabState, host: string, directory: string): Promise<string> {
  return onHost(
    state,
    host,
    `mount -t tmpfs -o size=4m tmpfs ${directory}; install -d -o _apt -m 700 ${directory}/partial`,
  );
}

/** A pod that does not go away by itself, since somebody's finalizer keeps it. */
export async function keepPod(state: LabState, name: string, node: string): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'demo', finalizers: ['example.com/hold'] },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'web', image: 'registry.k8s.io/lab/web:1' }],
    },
  };
  await kubectl(state, ['apply', '-f', '-'], { input: JSON.stringify(pod) });
  await kubectl(state, ['wait', '--for=condition=Ready', `pod/${name}`, '-n', 'demo', '--timeout=60s']);
}

/** Takes its finalizers off, as their owner would. */
export function letGo(state: LabState, name: string): Promise<string> {
  const patch = '{"metadata":{"finalizers":null}}';
  return kubectl(state, ['patch', 'pod', name, '-n', 'demo', '--type=merge', '-p', patch]);
}

/** Somebody writes himself into the Lease, whoever holds it. */
export function stealLease(state: LabState, thief: string): Promise<string> {
  const patch = JSON.stringify({
    spec: { holderIdentity: thief, renewTime: new Date().toISOString().replace('Z', '000Z') },
  });
  return kubectl(state, ['patch', 'lease', 'kubestair', '-n', 'kube-system', '--type=merge', '-p', patch]);
}
