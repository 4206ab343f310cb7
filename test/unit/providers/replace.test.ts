import { describe, expect, test } from 'vitest';
import { judgeSpare } from '../../../src/providers/kubeadm/replace/preflight.ts';
import { IS_JOINED, joinScript, putJoinFile, RESET } from '../../../src/providers/kubeadm/replace/scripts.ts';
import { type LocalHost, localHost } from './local-host.ts';

/** A host on which kubeadm keeps its kubelet.conf and nothing else, and nobody has network rules. */
function bareHost(): LocalHost {
  const host = localHost();
  const conf = `${host.directory}/etc/kubernetes/kubelet.conf`;
  for (const tool of ['ip', 'ipvsadm', 'nft', 'apt-mark', 'kubectl']) host.command(tool, 'exit 0');
  for (const tool of ['iptables', 'ip6tables'])
    for (const verb of ['save', 'restore']) host.command(`${tool}-${verb}`, 'cat >/dev/null');
  host.command('ip', '[ "$1 $2" != "link show" ]');
  host.write('var/lib/kubestair/epoch', '1');
  host.command('dpkg-query', 'echo "installed 1.36.3-1.1"');
  host.command('dpkg', 'exit 0');
  host.command(
    'kubeadm',
    `echo "kubeadm $1" >>${host.directory}/calls
mkdir -p ${host.directory}/etc/kubernetes
case "$1" in
  reset) rm -f ${conf} ;;
  join) echo "of this cluster" >${conf} ;;
esac
[ ! -e ${host.directory}/dies ]`,
  );
  const inside = (script: string) =>
    ['/etc/kubernetes', '/run/kubestair', '/var/lib/cni'].reduce(
      (text, place) =>
        text.replaceAll(new RegExp(`(?<![a-z0-9])${place}`, 'gi'), `${host.directory}${place}`),
      script,
    );
  return { ...host, run: (script, options) => host.run(inside(script), options) };
}

const joined = async (host: LocalHost) => (await host.run(IS_JOINED)).stdout.trim();

describe('a host that leaves its cluster', () => {
  test('is free only once its reset went through to its end', async () => {
    const host = bareHost();
    host.write('etc/kubernetes/kubelet.conf', 'of this cluster');
    host.write('dies', '');
    expect(await joined(host)).toBe('joined');
    await host.run(`set -eu\n${RESET}`, { allowFailure: true });
    expect(await joined(host)).toBe('joined');
    await host.run(`rm ${host.directory}/dies; set -eu\n${RESET}`);
    expect(await joined(host)).toBe('free');
  });
});

describe('a host that joins', () => {
  const join = (host: LocalHost, clusterUid = 'uid') =>
    host.run(`set -eu\n${joinScript({ clusterUid, node: 's1', version: 'v1.36.3' })}`, {
      allowFailure: true,
    });
  const put = (host: LocalHost) => host.run(putJoinFile('token: abc\n'));
  const file = 'run/kubestair/join.yaml';

  test('joins once, whoever asks again', async () => {
    const host = bareHost();
    await put(host);
    expect((await join(host)).exitCode).toBe(0);
    expect(() => host.read(file)).toThrow('ENOENT');
    await put(host);
    expect(await join(host)).toMatchObject({ exitCode: 0, stdout: 'this host has joined already\n' });
    expect(() => host.read(file)).toThrow('ENOENT');
    expect(host.calls().filter((call) => call.startsWith('kubeadm'))).toEqual(['kubeadm join']);
  });

  test('clears what a join of its own left, and never a cluster of others', async () => {
    const host = bareHost();
    host.write('dies', '');
    expect((await join(host)).exitCode).toBe(1);
    await host.run(`rm ${host.directory}/dies`);
    expect((await join(host)).exitCode).toBe(0);
    const all = host.calls().filter((call) => call.startsWith('kubeadm'));
    expect(all).toEqual(['kubeadm join', 'kubeadm reset', 'kubeadm join']);
    host.write('etc/kubernetes/kubelet.conf', 'of another cluster');
    const refused = await join(host);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('belongs to a cluster already');
  });

  test('leaves no token behind where its packages cannot be had', async () => {
    const host = bareHost();
    host.command('dpkg-query', 'exit 1');
    host.command('apt-cache', 'exit 0');
    await put(host);
    expect((await join(host)).exitCode).toBe(1);
    expect(() => host.read(file)).toThrow('ENOENT');
  });

  test('does not register itself with the taint of a join ever again', async () => {
    const host = bareHost();
    host.write(
      'var/lib/kubelet/kubeadm-flags.env',
      'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1 --register-with-taints=kubestair.dev/joining:NoSchedule"\n',
    );
    expect((await join(host)).exitCode).toBe(0);
    expect(host.read('var/lib/kubelet/kubeadm-flags.env')).toBe(
      'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1"\n',
    );
  });
});

describe('a spare', () => {
  test('may be joined where it runs a container runtime and belongs to no cluster', () => {
    expect(judgeSpare('runtime containerd\n', 's1', 'uid')).toEqual([]);
  });

  test.each([
    [
      'joined https://10.0.0.9:6443\nmark \nruntime containerd\n',
      'belongs to a cluster already, at https://10.0.0.9:6443',
    ],
    ['joined https://10.0.0.9:6443\nmark other\nruntime containerd\n', 'belongs to a cluster already'],
    ['\n', 'runs no container runtime'],
  ])('is refused: %j', (stdout, message) => {
    const [first] = judgeSpare(stdout, 's1', 'uid');
    expect(first).toMatchObject({ severity: 'blocking', object: 'Host/s1' });
    expect(first?.message).toContain(message);
  });

  test('that an own join left half-way may be joined again', () => {
    expect(judgeSpare('joined https://10.0.0.9:6443\nmark uid\nruntime containerd\n', 's1', 'uid')).toEqual(
      [],
    );
  });
});

test('the token of a join is in no script that is kept on the host', () => {
  expect(joinScript({ clusterUid: 'uid', node: 's1', version: 'v1.36.3' })).not.toContain('token');
  expect(putJoinFile('token: abc\n')).toContain('umask 077');
});
