import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../../src/cluster/known.ts';
import { kubeletSettings } from '../../../../src/cluster/kubelet-config.ts';
import { findings, found, withFacts } from './judge.ts';

const CLUSTER = { kind: 'KubeletConfiguration', clusterDNS: ['10.96.0.10'], maxPods: 110 };
const own = (over: object) => ({
  ...withFacts({ kubelet: known(kubeletSettings({ ...CLUSTER, ...over })) }),
  kubeletConfig: known(kubeletSettings(CLUSTER)),
});
const onW1 = (observation: ReturnType<typeof own>) =>
  findings('kubelet-config', { observation }).filter(({ object }) => object.startsWith('Node/w1'));

describe('kubelet-config', () => {
  test('lets the same settings pass in any order, and what kubeadm writes for each host', () => {
    expect(onW1(own({}))).toEqual([]);
    expect(
      onW1(own({ resolvConf: '/run/systemd/resolve/resolv.conf', containerRuntimeEndpoint: 'x' })),
    ).toEqual([]);
  });

  test('names the settings that the upgrade overwrites, never their values', () => {
    const [finding] = onW1(own({ maxPods: 250, staticPodURLHeader: { Authorization: ['secret'] } }));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.message).toContain('in maxPods, staticPodURLHeader, which the upgrade overwrites');
    expect(JSON.stringify(own({ staticPodURLHeader: { Authorization: ['hunter2'] } }))).not.toContain(
      'hunter2',
    );
  });

  test('does not take what could not be read for equal', () => {
    const observation = {
      ...withFacts({ kubelet: unknown('missing') }),
      kubeletConfig: unknown('forbidden'),
    };
    expect(found('kubelet-config', { observation })).toEqual([
      'unknown ConfigMap/kube-system/kubelet-config',
      'unknown Node/w1: /var/lib/kubelet/config.yaml',
    ]);
  });
});
