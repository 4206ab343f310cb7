import { expect, test } from 'vitest';
import { found, withFacts } from './judge.ts';

const unit = (name: string, over = {}) => ({ name, active: true, enabled: true, ...over });

test.each([
  ['all is well', [unit('kubelet'), unit('containerd')], []],
  [
    'the kubelet is stopped',
    [unit('kubelet', { active: false }), unit('containerd')],
    ['blocking Node/w1: kubelet.service'],
  ],
  [
    'the runtime does not start at boot',
    [unit('kubelet'), unit('containerd', { enabled: false })],
    ['warning Node/w1: containerd.service'],
  ],
  ['a runtime of another kind is idle', [unit('kubelet'), unit('docker', { active: false })], []],
])('%s', (_name, units, expected) => {
  expect(found('host-services', { observation: withFacts({ units }) })).toEqual(expected);
});

test('a kubelet that an own run stopped is only told', () => {
  const units = [unit('kubelet', { active: false }), unit('containerd')];
  const observation = withFacts({ units }, { unschedulable: true, cordonedBy: 'run-1' });
  expect(found('host-services', { observation })).toEqual(['warning Node/w1: kubelet.service']);
});
