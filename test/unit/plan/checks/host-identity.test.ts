import { expect, test } from 'vitest';
import { findings, found, withFacts } from './judge.ts';

test.each([
  [{ kubeletName: 'w1', hostname: 'ip-10-0-0-1' }, []],
  [{ kubeletName: 'w2', hostname: 'w1' }, ['blocking Node/w1']],
  [{ kubeletName: '', hostname: 'w1.example' }, []],
  [{ kubeletName: '', hostname: 'w2' }, ['blocking Node/w1']],
])('%o: %j', (facts, expected) => {
  expect(found('host-identity', { observation: withFacts(facts) })).toEqual(expected);
});

test('names the host that answers', () => {
  const [finding] = findings('host-identity', { observation: withFacts({ kubeletName: 'w2' }) });
  expect(finding?.message).toBe('is reached at 10.0.0.1, but the host there is w2');
});
