import { expect, test } from 'vitest';
import { known } from '../../../../src/cluster/known.ts';
import { kubeletSettings } from '../../../../src/cluster/kubelet-config.ts';
import { found, withFacts } from './judge.ts';

const swaps = ['/dev/sda2'];
const allowing = known(kubeletSettings({ failSwapOn: false }));

test.each([
  ['off', withFacts({}), []],
  ['on, which the kubelet refuses by default', withFacts({ swaps }), ['blocking Node/w1']],
  ['on and allowed', withFacts({ swaps, kubelet: allowing }), ['info Node/w1']],
  ['on and allowed on cgroup v1', withFacts({ swaps, kubelet: allowing }, {}, 'v1'), ['warning Node/w1']],
])('%s', (_name, observation, expected) => {
  const swap = found('swap', { observation });
  expect(swap).toEqual(expected);
});
