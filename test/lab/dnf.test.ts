import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/report/model.ts';
import { nodes } from './calm.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { kubestair } from './support/kubestair.ts';
import { convertToRpm, offerRpmUpdate, type RpmRepository, serveRpms } from './support/rpm-host.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { bootIdOf } from './support/updates.ts';

const say = (line: string): void => console.error(`[lab] ${line}`);
const HELD = 'kubelet-0:';

/** A worker whose packages are rpms, beside a control plane with debs. Its kubelet is locked to its version, the other packages are excluded. */
describe('a host with dnf', () => {
  let lab: TestLab;
  let rpms: RpmRepository;
  const run = async (args: readonly string[], version = 'v1.36') => {
    const file = await writeClusterFile(lab, { version, spec: { controlPlane: { soak: '5s' } } });
    return kubestair([...args, '-f', file], storeEnvironment(lab.access));
  };
  const onWorker = (script: string) => onHost(lab.state, 'w1', script);
  const installed = async () =>
    (await onWorker("rpm -q --qf '%{NAME} %{VERSION}\\n' kubeadm kubelet kubectl")).trim().split('\n');
  const at = (version: string) => ['kubeadm', 'kubelet', 'kubectl'].map((name) => `${name} ${version}`);

  beforeAll(async () => {
    lab = await freshLab('pair');
    rpms = await serveRpms(lab.state, say);
    await convertToRpm(lab.state, 'w1', rpms, say);
    await onWorker('dnf -q versionlock add kubelet');
  });

  afterAll(() => rpms?.stop());

  it('is asked by dnf what its repository offers', async () => {
    const result = await run(['plan'], 'v1.37.1');
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`dnf cannot use ${rpms.url}/v1.37/rpm/`);
  });

  it('is upgraded with its rpms, held as before, and its section switched', async () => {
    const result = await run(['upgrade']);
    expect(result.code).toBe(0);
    expect(await installed()).toEqual(at('1.36.3'));
    expect((await nodes(lab.state)).map(({ name, version, ready }) => [name, version, ready])).toEqual([
      ['cp1', '1.36.3', true],
      ['w1', '1.36.3', true],
    ]);
    const section = await onWorker('cat /etc/yum.repos.d/kubernetes.repo');
    expect(section).toContain(`baseurl=${rpms.url}/v1.36/rpm/\n`);
    expect(section).toContain(`gpgkey=${rpms.url}/v1.36/rpm/repodata/repomd.xml.key\n`);
    expect(section).toContain('exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni\n');
    expect(await onWorker('dnf -q versionlock list')).toContain(`${HELD}1.36.3-`);
  });

  it('finds nothing to do the second time', async () => {
    const result = await run(['upgrade', '-o', 'json']);
    expect(result.code).toBe(0);
    expect((JSON.parse(result.stdout) as Result).outcome.state).toBe('nothing-to-do');
  });

  it('is maintained: updates by dnf, and a restart because needs-restarting asks for one', async () => {
    await offerRpmUpdate(lab.state, 'w1');
    const before = await bootIdOf(lab.state, 'w1');
    const plan = await run(['maintain', '--dry-run']);
    expect(plan.stdout).toContain('systemd');
    const result = await run(['maintain']);
    expect(result.code).toBe(0);
    expect(await onWorker("rpm -q --qf '%{VERSION}' systemd")).toBe('1.1');
    expect(await bootIdOf(lab.state, 'w1')).not.toBe(before);
    expect(await installed()).toEqual(at('1.36.3'));
  });

  it('goes back to the older rpms with a rollback', async () => {
    const result = await run(['rollback', '--confirm', 'test'], 'v1.36.3');
    expect(result.code).toBe(0);
    expect(await installed()).toEqual(at('1.35.4'));
    expect(await onWorker('cat /etc/yum.repos.d/kubernetes.repo')).toContain('/v1.35/rpm/\n');
    expect(await onWorker('dnf -q versionlock list')).toContain(`${HELD}1.35.4-`);
    await kubectl(lab.state, ['wait', 'node', '--all', '--for=condition=Ready', '--timeout=120s']);
    expect((await nodes(lab.state)).map(({ version }) => version)).toEqual(['1.35.4', '1.35.4']);
  });
});
