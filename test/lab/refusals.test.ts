import { randomBytes } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from './command.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { kubestair } from './support/kubestair.ts';
import { startS3Proxy } from './support/s3-proxy.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostFingerprints } from './support/versions.ts';

/** Each case must leave every host exactly as it was. */
describe('what stops an upgrade before any node is touched', () => {
  let lab: TestLab;
  let before: string;

  beforeAll(async () => {
    lab = await freshLab();
  });

  beforeEach(async () => {
    before = await hostFingerprints(lab.state);
  });

  afterEach(async () => {
    expect(await hostFingerprints(lab.state)).toBe(before);
    const nodes = await kubectl(lab.state, ['get', 'nodes', '-o', 'json']);
    expect(nodes).not.toContain('unschedulable');
  });

  it('a store that refuses writes', async () => {
    await using proxy = await startS3Proxy(lab.access.s3.endpoint, (method) =>
      method === 'GET' || method === 'HEAD'
        ? { kind: 'pass' }
        : { kind: 'refuse', status: 403, code: 'AccessDenied' },
    );
    const file = await writeClusterFile(lab);
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access, proxy.endpoint));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('error[STORE_REFUSED]');
  });

  it('a store that refuses writes only once the backup is under way', async () => {
    await using proxy = await startS3Proxy(lab.access.s3.endpoint, (method, url) =>
      method !== 'GET' && url.includes('/etcd/')
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : { kind: 'pass' },
    );
    const file = await writeClusterFile(lab);
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access, proxy.endpoint));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('error[STORE_FAILED]');
    await expectNoBackup(lab);
  });

  it('a plan that is not the approved one any more, and says what differs', async () => {
    const file = await writeClusterFile(lab);
    const plan = path.join(lab.dir, 'plan.json');
    const planned = await kubestair(['plan', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    expect(planned.code).toBe(0);
    await writeFile(plan, planned.stdout);
    const scale = (replicas: number) =>
      kubectl(lab.state, ['-n', 'demo', 'scale', 'statefulset/store', `--replicas=${replicas}`]);
    await scale(1);
    await kubectl(lab.state, ['-n', 'demo', 'wait', '--for=delete', 'pod/store-1', '--timeout=120s']);
    const result = await kubestair(['upgrade', '-f', file, '--plan', plan], storeEnvironment(lab.access));
    await scale(2);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('error[PLAN_DRIFT]');
    expect(result.stderr).toMatch(/ {2}- finding is new: \w+ [\w-]+ of \w+\/demo\/store: /);
    await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', 'statefulset/store', '--timeout=180s']);
    await expectNoBackup(lab);
  });

  it('a bucket that does not exist', async () => {
    const file = await writeClusterFile(lab, { store: 's3://no-such-bucket/clusters' });
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('error[STORE_NOT_FOUND]');
  });

  it('a host that does not answer', async () => {
    const file = await writeClusterFile(lab, { ssh: { addresses: { w2: '127.0.0.1' }, port: 1 } });
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expectBlocked(result, 'HOST_UNREACHABLE', 'Node/w2');
  });

  it('a host whose key has changed', async () => {
    const knownHosts = path.join(lab.dir, 'known_hosts');
    const lines = (await readFile(lab.access.knownHosts, 'utf8')).trim().split('\n');
    const key = (name: string): string =>
      lines
        .find((line) => line.startsWith(`${name},`))
        ?.split(' ')
        .slice(1)
        .join(' ') ?? '';
    const swapped = lines.map((line) =>
      line.startsWith('w1,') ? `${line.split(' ')[0]} ${key('w2')}` : line,
    );
    await writeFile(knownHosts, `${swapped.join('\n')}\n`);
    const file = await writeClusterFile(lab, { ssh: { knownHostsFile: knownHosts } });
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expectBlocked(result, 'HOST_KEY_CHANGED', 'Node/w1');
  });

  it('a host whose key is not known', async () => {
    const knownHosts = path.join(lab.dir, 'known_hosts_empty');
    await writeFile(knownHosts, '');
    const file = await writeClusterFile(lab, { ssh: { knownHostsFile: knownHosts } });
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expectBlocked(result, 'HOST_KEY_UNKNOWN', 'Node/w1');
  });

  it('a context that the kubeconfig lacks', async () => {
    const file = await writeClusterFile(lab, { context: 'prod' });
    const result = await kubestair(['plan', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('error[KUBE_CONFIG]');
  });

  it('a cluster that is not the one the file means', async () => {
    const file = await writeClusterFile(lab);
    const text = await readFile(file, 'utf8');
    const other = path.join(path.dirname(file), 'other.yaml');
    await copyFile(file, other);
    await writeFile(
      other,
      text.replace('  access:\n', '  access:\n    clusterUid: 00000000-0000-4000-8000-000000000000\n'),
    );
    const result = await kubestair(['plan', '-f', other], storeEnvironment(lab.access));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('error[KUBE_CONTEXT]');
  });

  it.each([
    ['a downgrade', 'v1.34.4', 'VERSION_DOWNGRADE'],
    ['a minor that the repository lacks', 'v1.37', 'VERSION_NOT_OFFERED'],
    ['a way through a minor that the repository lacks', 'v1.38.1', 'VERSION_SKIPS_MINOR'],
  ])('%s', async (_, version, code) => {
    const file = await writeClusterFile(lab, { version });
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`error[${code}]`);
    expect(result.stderr).toMatch(/test\.yaml:\d+:\d+/);
  });

  it('a snapshot that is cut off in the middle', async () => {
    await fillEtcd(lab, 96);
    // A stream that breaks off is begun again on a healthy member, so etcd dies each time.
    let deaths = 0;
    await using proxy = await startS3Proxy(lab.access.s3.endpoint, (method, url) => {
      if (method === 'GET' || !url.includes('/etcd/')) return { kind: 'pass' };
      return {
        kind: 'hold',
        async until() {
          deaths += 1;
          await onHost(lab.state, 'cp1', 'pkill -9 -x etcd || true');
        },
      };
    });
    const file = await writeClusterFile(lab);
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access, proxy.endpoint));
    expect(deaths).toBeGreaterThan(0);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/error\[(SNAPSHOT_CUT|ETCD_UNHEALTHY)\]/);
    expect(result.stderr).toContain('the etcd snapshot ended after');
    // The kubelet waits longer after each death.
    await expect
      .poll(() => kubectl(lab.state, ['get', '--raw', '/readyz']).catch(String), {
        timeout: 300_000,
        interval: 3000,
      })
      .toBe('ok');
    await expectNoBackup(lab);
  });
});

/** A host that cannot be looked at blocks, but the plan still says everything else. */
function expectBlocked({ code, stdout, stderr }: RunResult, reason: string, object: string): void {
  expect(code).toBe(3);
  expect(stderr).toContain('error[PLAN_BLOCKED]');
  expect(stdout).toContain(`unknown ${object} (hosts-reached, ${reason})`);
  expect(stdout).toContain('Steps: ');
}

/** Nothing half made may look like a backup. */
async function expectNoBackup(lab: TestLab): Promise<void> {
  const listed = await kubestair(
    ['status', '-f', await writeClusterFile(lab), '-o', 'json'],
    storeEnvironment(lab.access),
  );
  const document = JSON.parse(listed.stdout) as { readonly status: { readonly lastBackup?: unknown } };
  expect(document.status.lastBackup).toBeUndefined();
}

/** Makes the database large enough that a snapshot is still on its way when etcd dies: more than what all buffers hold. */
async function fillEtcd(lab: TestLab, megabytes: number): Promise<void> {
  for (let index = 0; index < megabytes; index += 8) {
    const maps = Array.from({ length: 8 }, (_, offset) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `filler-${index + offset}`, namespace: 'default' },
      // Random, so that compression does not shrink it to what one upload buffers.
      data: { filler: randomBytes(675_000).toString('base64') },
    }));
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: maps });
    await kubectl(lab.state, ['create', '-f', '-'], { input: list });
  }
}
