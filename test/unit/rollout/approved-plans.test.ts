import { expect, test } from 'vitest';
import { planHash } from '../../../src/plan/hash.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { findPlan, keepPlan } from '../../../src/rollout/approved-plans.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { recordedLog } from '../backup/support/quiet.ts';
import { plan as sample } from '../report/samples.ts';

const plan: Plan = { ...sample, hash: planHash(sample) };
const signal = new AbortController().signal;
const log = recordedLog();

test('a plan is kept once by its hash, and found again', async () => {
  const deps = { store: memoryStore(), log, signal };
  await keepPlan(plan, deps);
  await keepPlan(plan, deps);
  expect([...deps.store.objects.keys()]).toEqual([`prod/plans/${plan.hash}.json`]);
  expect(await findPlan('prod', plan.hash, plan.tool, deps)).toEqual(plan);
  expect(await findPlan('prod', 'f'.repeat(64), plan.tool, deps)).toBe(undefined);
});

test('a store that refuses, or holds something else, costs the words and nothing more', async () => {
  const refusing = memoryStore(() => {
    throw new Error('denied');
  });
  await expect(keepPlan(plan, { store: refusing, log, signal })).resolves.toBe(undefined);
  const store = memoryStore();
  await store.put(`prod/plans/${plan.hash}.json`, Buffer.from('{"steps": []}'));
  expect(await findPlan('prod', plan.hash, plan.tool, { store, log, signal })).toBe(undefined);
});
