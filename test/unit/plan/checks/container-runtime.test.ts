import { expect, test } from 'vitest';
import type { Hop } from '../../../../src/plan/plan.ts';
import { found, HOP, withFacts } from './judge.ts';

const OLD: Hop = { from: 'v1.33.5', to: 'v1.34.4' };
const NEXT: Hop = { from: 'v1.37.1', to: 'v1.38.0' };

test.each<[string, Hop, readonly string[]]>([
  ['containerd://2.2.1', HOP, []],
  ['containerd://1.7.24', HOP, ['warning Node/w1']],
  ['containerd://1.7.24', OLD, []],
  ['containerd://1.7.24', NEXT, ['blocking Node/w1']],
  ['containerd://1.5.9', OLD, ['blocking Node/w1']],
  ['containerd://1.5.9', HOP, ['blocking Node/w1']],
  ['cri-o://1.27.1', HOP, ['warning Node/w1']],
  ['cri-o://1.34.0', HOP, []],
  ['docker://27.5.1', HOP, []],
  ['containerd://v2.0.0-rc.3-12-g0abc', HOP, []],
])('%s for %o: %j', (containerRuntime, hop, expected) => {
  const observation = withFacts({}, { containerRuntime });
  expect(found('container-runtime', { observation, hops: [hop] })).toEqual(expected);
});
