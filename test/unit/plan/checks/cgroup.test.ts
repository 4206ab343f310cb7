import { describe, expect, test } from 'vitest';
import { known } from '../../../../src/cluster/known.ts';
import { kubeletSettings } from '../../../../src/cluster/kubelet-config.ts';
import { found, withFacts } from './judge.ts';

const settings = (failCgroupV1?: boolean) =>
  known(kubeletSettings(failCgroupV1 === undefined ? {} : { failCgroupV1 }));
const NEEDS = { from: 'v1.34.4', to: 'v1.35.4' } as const;

function v1(own?: boolean, ofCluster?: boolean, kubelet: `v${string}` = 'v1.34.4') {
  const observation = withFacts({ kubelet: settings(own) }, { kubelet }, 'v1');
  return { observation: { ...observation, kubeletConfig: settings(ofCluster) }, hops: [NEEDS] };
}

describe('cgroup-v1', () => {
  test('is told before a kubelet refuses it', () => {
    expect(found('cgroup-v1', v1())).toEqual(['blocking Node/w1']);
    expect(found('cgroup-v1', v1(false, undefined))).toEqual(['blocking Node/w1']);
    expect(found('cgroup-v1', v1(undefined, false))).toEqual(['blocking Node/w1']);
  });

  test('is well where both the host and the cluster allow it', () => {
    expect(found('cgroup-v1', v1(false, false))).toEqual([]);
  });

  test('is well where such a kubelet runs already, by a flag for example', () => {
    expect(found('cgroup-v1', v1(undefined, false, 'v1.35.4'))).toEqual([]);
  });

  test('matters to nobody before 1.35', () => {
    expect(found('cgroup-v1', { ...v1(), hops: [{ from: 'v1.33.4', to: 'v1.34.4' }] })).toEqual([]);
  });
});
