import { expect, test } from 'vitest';
import { hostTraces } from '../../../src/providers/kubeadm/traces.ts';
import { unitName } from '../../../src/providers/kubeadm/unit-script.ts';
import { step } from '../plan/sample.ts';
import { localHost } from './local-host.ts';

const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;

test('a host tells of the unit, the services, the journals, disks and packages, whatever of it fails', async () => {
  const host = localHost();
  host.command('systemctl', 'echo "systemctl $*"');
  host.command('journalctl', 'echo "line of $2"; exit 1');
  const text = await hostTraces(host, 'uid', step('kubelet', 'w1', hop));
  expect(text).toContain(`--- unit ${unitName('uid', 'v1.36.3/w1/kubelet')}`);
  expect(text).toContain('it was never started here');
  expect(text).toContain('line of kubelet');
  expect(text).toContain('line of containerd');
  expect(text).toContain('--- packages');
});

test('of a step that belongs to no node it tells no unit', async () => {
  const host = localHost();
  host.command('systemctl', 'echo active');
  host.command('journalctl', 'echo line');
  const text = await hostTraces(host, 'uid', undefined);
  expect(text).not.toContain('--- unit');
  expect(text).toContain('kubelet: active active');
});

test('of a unit that has ended it does not say how systemd has forgotten it', async () => {
  const host = localHost();
  host.command('systemctl', 'case "$*" in *LoadState*) echo not-found ;; *) echo Result=success ;; esac');
  host.command('journalctl', 'echo line');
  const text = await hostTraces(host, 'uid', step('kubelet', 'w1', hop));
  const [unit] = text.split('--- services');
  expect(unit).toContain('it has ended');
  expect(unit).not.toContain('Result=success');
});
