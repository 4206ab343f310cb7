import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyTable } from '../../scripts/tables/policy-grid.ts';

test('the table of kubeadm policies is what kubeadm says', async () => {
  expect(readFileSync('test/unit/plan/data/kubeadm-policy.txt', 'utf8')).toBe(await policyTable());
}, 1_200_000);
