import { expect, test } from 'vitest';
import { unitsAtWork } from '../../../src/providers/kubeadm/at-work.ts';
import { localHost } from './local-host.ts';

test('units of steps are named by their titles, others are not', async () => {
  const host = localHost();
  host.command(
    'systemctl',
    `cat <<'LIST'
kubestair-0123456789abcdef.service loaded active     running Kubestair: kubeadm upgrade apply v1.36.3 on cp1
kubestair-fedcba9876543210.service loaded activating start   Kubestair: packages
kubestair-scratch-20261127.service loaded active     running Kubestair: scratch control plane
LIST`,
  );
  expect(await unitsAtWork(host)).toEqual(['kubeadm upgrade apply v1.36.3 on cp1', 'packages']);
});

test('a host where nothing is at work says nothing', async () => {
  const host = localHost();
  host.command('systemctl', 'exit 0');
  expect(await unitsAtWork(host)).toEqual([]);
});
