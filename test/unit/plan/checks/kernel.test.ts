import { expect, test } from 'vitest';
import { config } from '../sample.ts';
import { found, withFacts } from './judge.ts';

const BEFORE = { from: 'v1.33.5', to: 'v1.34.4' } as const;
const at = (kernel: string) => ({ observation: withFacts({ kernel }) });

test.each([
  ['6.1.0-28-amd64', []],
  ['6.18.44', []],
  ['5.15.0-130-generic', []],
  ['5.10.0-33-amd64', []],
  ['5.14.0-503.el9.x86_64', ['blocking Node/w1']],
  ['4.19.0-27-amd64', ['blocking Node/w1']],
])('%s: %j', (kernel, expected) => {
  expect(found('kernel', at(kernel))).toEqual(expected);
});

test('matters from 1.35 on, and only warns where kubeadm is told to ignore it', () => {
  expect(found('kernel', { ...at('4.19.0'), hops: [BEFORE] })).toEqual([]);
  const ignoring = config({ kubeadm: { ignorePreflightErrors: ['SystemVerification'] } });
  expect(found('kernel', { ...at('4.19.0'), config: ignoring })).toEqual(['warning Node/w1']);
});
