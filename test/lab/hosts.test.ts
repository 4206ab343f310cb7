import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessTo } from './access.ts';
import { nodes } from './calm.ts';
import { cgroupsOf } from './cgroup.ts';
import { attempt, run } from './command.ts';
import { down } from './down.ts';
import { kubectl } from './kubectl.ts';
import { up } from './lab.ts';
import { labPaths } from './paths.ts';
import { slotOf } from './slots.ts';
import { reset, snapshot } from './snapshot.ts';
import { onHost, sshArguments, tryOnHost } from './ssh.ts';
import type { LabState } from './state.ts';
import { bridgeName, hostNamed } from './topology.ts';
import { waitFor } from './wait.ts';

const name = 'self';
const say = (line: string): void => console.error(`[lab] ${line}`);

/** The lab must be what its tests take it for: hosts as users have them, cut off from everything else. */
describe('the hosts of the lab', () => {
  let state: LabState;

  beforeAll(async () => {
    await down(name, say);
    state = await up({ name, controlPlanes: 1, workers: 1, version: '1.35.4' }, say);
  });

  afterAll(() => down(name, say));

  it('lets the unprivileged user in by key, and root not at all', async () => {
    const paths = labPaths(name);
    const args = sshArguments(paths, hostNamed(state, 'w1'));
    expect((await run('ssh', [...args, 'id -un; sudo id -un'])).trim()).toBe('ops\nroot');
    const asRoot = args.map((argument) => argument.replace(/^ops@/, 'root@'));
    const refused = await attempt('ssh', [...asRoot, 'true']);
    expect(refused.code).toBe(255);
    expect(refused.stderr).toContain('Permission denied');
  });

  it('gives each host its own host key, written to known_hosts by name and by address', async () => {
    const known = await readFile(accessTo(state).knownHosts, 'utf8');
    expect(known).toMatch(/^cp1,10\.250\.\d+\.11 ssh-ed25519 /m);
    expect(known).toMatch(/^w1,10\.250\.\d+\.21 ssh-ed25519 /m);
    const keys = known
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[2]);
    expect(new Set(keys).size).toBe(2);
  });

  it('has the packages at the exact version, on hold, from the repository of their minor alone', async () => {
    const held = await onHost(state, 'w1', 'apt-mark showhold');
    expect(held.trim().split('\n').toSorted()).toEqual(['kubeadm', 'kubectl', 'kubelet']);
    const sources = await onHost(
      state,
      'w1',
      'cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true',
    );
    expect(sources.trim()).toBe(
      `deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] ${accessTo(state).aptUrl}/core:/stable:/v1.35/deb/ /`,
    );
    expect((await nodes(state)).map((node) => [node.name, node.version])).toEqual([
      ['cp1', '1.35.4'],
      ['w1', '1.35.4'],
    ]);
  });

  it('knows no names but those of its hosts', async () => {
    expect((await tryOnHost(state, 'w1', 'getent hosts cp1')).code).toBe(0);
    expect((await tryOnHost(state, 'w1', 'getent hosts registry.k8s.io')).code).not.toBe(0);
  });

  it('gives a host a new boot id when it reboots, and its node comes back', async () => {
    const before = await bootId(state);
    await tryOnHost(state, 'w1', 'systemctl reboot');
    const after = await waitFor(
      'the report of the new boot',
      async () => {
        const id = await bootId(state);
        return id === before ? undefined : id;
      },
      { timeoutMs: 90_000 },
    );
    expect((await onHost(state, 'w1', 'cat /proc/sys/kernel/random/boot_id')).trim()).toBe(after);
  });

  it('goes back to the snapshot, hosts and cluster', async () => {
    await kubectl(state, ['create', 'configmap', 'before']);
    await snapshot(name, say);
    await kubectl(state, ['create', 'configmap', 'after']);
    await onHost(state, 'w1', 'touch /etc/after');

    await reset(name, say);
    const maps = await kubectl(state, ['get', 'configmaps', '-o', 'name']);
    expect(maps).toContain('configmap/before');
    expect(maps).not.toContain('configmap/after');
    expect((await tryOnHost(state, 'w1', 'test -e /etc/after')).code).toBe(1);
  });

  it('leaves nothing behind', async () => {
    await down(name, say);
    await down(name, say);
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    expect(mounts).not.toContain(labPaths(name).dir);
    expect((await run('losetup', ['--all'])).includes(labPaths(name).dir)).toBe(false);
    expect(Object.keys(networkInterfaces())).not.toContain(bridgeName(state.slot));
    expect(await cgroupsOf(name, undefined)).toEqual([]);
    expect(await slotOf(name)).toBeUndefined();
    await expect(readdir(labPaths(name).dir)).rejects.toThrow('ENOENT');
  });
});

async function bootId(state: LabState): Promise<string> {
  return (await nodes(state)).find((node) => node.name === 'w1')?.bootId ?? '';
}
