import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { GuardedEviction } from '../../../src/plan/disruption.ts';
import { type Kube, KubeStatusError } from '../../../src/ports/kube.ts';
import { rehearseEvictions } from '../../../src/rollout/drain/rehearse.ts';
import { budget, pod } from '../plan/sample.ts';
import { fakeClock } from './clock.ts';

const eviction = (name: string, owner: string, over: Partial<GuardedEviction> = {}): GuardedEviction => ({
  pod: pod(name, 'w1', { controller: `ReplicaSet/${owner}` }),
  budgets: [],
  ...over,
});

function rehearse(
  evictions: readonly GuardedEviction[],
  answer: (path: string, tries: number) => void = () => {},
) {
  const asked: string[] = [];
  const kube: Kube = {
    server: 's',
    context: 'c',
    stream: () => Promise.reject(new Error('no streams here')),
    async request({ path, method, body }) {
      expect(method).toBe('POST');
      expect(path).toContain('/eviction?dryRun=All');
      expect(body).toMatchObject({ deleteOptions: { dryRun: ['All'] } });
      const name = path.split('/')[6] ?? '';
      asked.push(name);
      answer(name, asked.filter((other) => other === name).length);
      return {};
    },
  };
  return { asked, done: rehearseEvictions(evictions, { kube, clock: fakeClock() }) };
}

describe('a rehearsal', () => {
  test('asks once for pods of one workload, under the same budgets and alike in readiness', async () => {
    const guarded = { budgets: [budget('web')] };
    const { asked, done } = rehearse([
      eviction('a-1', 'a'),
      eviction('a-2', 'a'),
      eviction('a-3', 'a', guarded),
      eviction('a-4', 'a', { pod: pod('a-4', 'w1', { controller: 'ReplicaSet/a', ready: false }) }),
      eviction('b-1', 'b'),
    ]);
    expect(await done).toMatchObject({ covered: 5, left: 0 });
    expect(asked.toSorted()).toEqual(['a-1', 'a-3', 'a-4', 'b-1']);
    expect((await done).answers[0]).toEqual({
      workload: 'ReplicaSet/default/a',
      namespace: 'default',
      pod: 'a-1',
      alike: 2,
      answer: { kind: 'allowed' },
    });
  });

  test('asks so many times at most, those first that a budget seems to hold, then one of each namespace', async () => {
    const many = Array.from({ length: 400 }, (_, index) => eviction(`p-${index}`, `o-${index}`));
    const held = eviction('held', 'held', { budgets: [budget('web', { disruptionsAllowed: 0 })] });
    const far = eviction('far', 'far', {
      pod: pod('far', 'w1', { namespace: 'far', controller: 'ReplicaSet/far' }),
    });
    const { asked, done } = rehearse([...many, held, far]);
    expect(await done).toMatchObject({ covered: 200, left: 202 });
    expect(asked).toHaveLength(200);
    expect(asked).toContain('held');
    expect(asked).toContain('far');
  });

  test('takes a refusal for an answer, and a pod that is gone for none', async () => {
    const { done } = rehearse([eviction('a', 'a'), eviction('b', 'b')], (name) => {
      if (name === 'a') throw new KubeStatusError(404, 'NotFound', 'gone');
      throw new KubeStatusError(403, 'Forbidden', 'admission webhook "w" denied the request: no');
    });
    expect((await done).answers).toMatchObject([{ pod: 'b', answer: { kind: 'denied', by: 'w' } }]);
  });

  test('asks a busy server or one that restarts again, but not a budget', async () => {
    const details = { causes: [{ reason: 'DisruptionBudget', message: 'no' }] };
    const { asked, done } = rehearse(
      [eviction('busy', 'a'), eviction('away', 'b'), eviction('held', 'c')],
      (name, tries) => {
        if (name === 'held') throw new KubeStatusError(429, 'TooManyRequests', 'Cannot evict', details);
        if (tries > 1) return;
        if (name === 'busy')
          throw new KubeStatusError(429, 'TooManyRequests', 'later', { retryAfterSeconds: 1 });
        throw new KubestairError('KUBE_UNREACHABLE', 'connection refused');
      },
    );
    expect((await done).answers.map(({ answer }) => answer.kind)).toEqual(['allowed', 'allowed', 'budget']);
    expect(asked.toSorted()).toEqual(['away', 'away', 'busy', 'busy', 'held']);
  });

  test('ends with the error of a server that stays away', async () => {
    const { done } = rehearse([eviction('a', 'a')], () => {
      throw new KubestairError('KUBE_UNREACHABLE', 'connection refused');
    });
    await expect(done).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' });
  });
});
