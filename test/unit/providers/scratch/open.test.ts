import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openScratchOn, readSettings } from '../../../../src/providers/kubeadm/scratch/open.ts';
import { type LocalHost, localHost } from '../local-host.ts';

const signal = new AbortController().signal;
const GIB = 1024 ** 3;
const little = { diskBytes: GIB, memoryBytes: 1 };

function hostWithDisk(totalBytes: number, freeBytes: number, name = 'cp1'): LocalHost {
  const host = localHost(name);
  host.command(
    'df',
    `echo Filesystem; echo "/dev/x ${Math.floor(totalBytes)} 0 ${Math.floor(freeBytes)} 1% /"`,
  );
  return withStandIns(host);
}

/** Only scripts that set PATH themselves find the stand-ins of a local host. */
function withStandIns(host: LocalHost): LocalHost {
  return {
    ...host,
    run: (script, options) => host.run(`export PATH=$PATH\n${script}`, options),
  };
}

async function reasonOf(...hosts: readonly LocalHost[]): Promise<string> {
  const opened = openScratchOn(hosts, 'id-1', little, signal);
  const error = await opened.then(
    () => new Error('it was opened'),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ code: 'SCRATCH_UNAVAILABLE' });
  return error.message;
}

describe('a scratch machine on a host', () => {
  it('is not made on a disk that it would fill', async () => {
    expect(await reasonOf(hostWithDisk(5 * GIB, 1.2 * GIB))).toContain('1228 MiB free');
  });

  it('is not made where the kubelet would begin to evict pods', async () => {
    expect(await reasonOf(hostWithDisk(40 * GIB, 4.5 * GIB))).toMatch(/would take 1024 MiB of them$/);
  });

  it('is not made without memory to spare', async () => {
    const host = hostWithDisk(400 * GIB, 300 * GIB);
    const opened = openScratchOn([host], 'id-1', { diskBytes: 1, memoryBytes: 2 ** 50 }, signal);
    await expect(opened).rejects.toMatchObject({
      code: 'SCRATCH_UNAVAILABLE',
      message: expect.stringMatching(/has \d+ MiB of memory to spare/),
    });
  });

  it('is looked for on the next host, and every reason is told', async () => {
    const [cp1, cp2] = [hostWithDisk(GIB, 1), hostWithDisk(GIB, 2, 'cp2')];
    expect(await reasonOf(cp1, cp2)).toMatch(/^cp1 cannot .*; cp2 cannot /);
    expect(await reasonOf()).toBe('there is no control-plane host');
  });

  it('removes what a host left that went down in the middle', async () => {
    const host = hostWithDisk(GIB, 1);
    host.write('var/lib/kubestair/scratch/old-1/snapshot.db', 'x');
    host.command('systemctl', 'exit 3');
    await reasonOf(host);
    expect(existsSync(path.join(host.directory, 'var/lib/kubestair/scratch/old-1'))).toBe(false);
  });

  it('leaves that of another run which is at work', async () => {
    const host = hostWithDisk(GIB, 1);
    host.write('var/lib/kubestair/scratch/other-1/snapshot.db', 'x');
    host.command('systemctl', '[ "$3" = kubestair-scratch-other-1.service ]');
    await reasonOf(host);
    expect(host.read('var/lib/kubestair/scratch/other-1/snapshot.db')).toBe('x');
  });
});

describe('the settings of the API servers', () => {
  const manifest = `spec: { containers: [{ name: kube-apiserver, command: [kube-apiserver, --feature-gates=A=true, --secure-port=6443] }] }`;
  const answering = (name: string, stdout: string): LocalHost => ({
    ...localHost(name),
    run: async () => ({ exitCode: 0, stdout, stderr: '' }),
  });

  it('are those of the first host that says them', async () => {
    const hosts = [answering('cp1', 'none'), answering('cp2', `manifest\n${manifest}`)];
    expect(await readSettings(hosts, signal)).toEqual({
      flags: [
        '--feature-gates=A=true',
        '--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook',
      ],
      etcdPrefix: '/registry',
    });
  });

  it('are missed with what the first host said', async () => {
    await expect(readSettings([answering('cp1', 'none')], signal)).rejects.toMatchObject({
      code: 'CLUSTER_UNSUPPORTED',
      object: 'Node/cp1',
    });
  });
});
