import { expect, it } from 'vitest';
import { checkBusy, checkUnfinished } from '../../../../src/providers/kubeadm/restore/other-runs.ts';
import { surveyed } from './samples.ts';

const restore = { restoreId: 'r2', backupId: 'b2', bump: '1000000000' };

it('a restore waits for what another run still does on a host, and not for its own', () => {
  const hosts = [surveyed('cp1', { units: ['kubestair-own', 'kubestair-other'] }), surveyed('cp2')];
  expect(checkBusy(new Set(['kubestair-own']), hosts)).toEqual([
    {
      check: 'restore-busy',
      severity: 'blocking',
      object: 'Node/cp1',
      message: 'a step of another run still works there (kubestair-other.service)',
      remedy: 'Wait until it is through: journalctl -f -u kubestair-other on cp1.',
    },
  ]);
});

it('a restore tells of the unfinished one whose place it takes', () => {
  const begun = { restoreId: 'r1', backupId: 'b1', bump: '1000000000' };
  const hosts = [surveyed('cp1', { unfinished: begun }), surveyed('cp2', { unfinished: restore })];
  expect(checkUnfinished(restore, hosts)).toMatchObject([
    {
      check: 'restore-unfinished',
      severity: 'warning',
      object: 'Node/cp1',
      message: expect.stringContaining('in the middle of a restore of b1'),
      remedy: expect.stringContaining('--from b1'),
    },
  ]);
});
