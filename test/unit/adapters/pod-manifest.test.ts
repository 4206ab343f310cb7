import { describe, expect, test } from 'vitest';
import { hostPod, onTheHost } from '../../../src/adapters/pod-manifest.ts';
import { isHostPod } from '../../../src/cluster/host-pods.ts';

const input = { name: 'kubestair-w1-1', namespace: 'kube-system', node: 'w1', image: 'kube-proxy:1' };

interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly nodeName: string;
    readonly tolerations: readonly object[];
    readonly automountServiceAccountToken: boolean;
    readonly containers: readonly [
      {
        readonly imagePullPolicy: string;
        readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly: boolean }[];
      },
    ];
  };
}

const podFor = (architecture: string) => hostPod({ ...input, architecture }) as Pod;

describe('the pod through which a host is reached', () => {
  test('is known for what it is, goes where it is sent, and pulls nothing that is there', () => {
    const pod = podFor('amd64');
    expect(isHostPod(pod.metadata)).toBe(true);
    expect(pod.spec).toMatchObject({ nodeName: 'w1', automountServiceAccountToken: false });
    expect(pod.spec.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(pod.spec.containers[0].imagePullPolicy).toBe('IfNotPresent');
  });

  test.each([
    ['amd64', ['/usr', '/lib', '/lib64']],
    ['arm64', ['/usr', '/lib']],
  ])('has the programs of a host of %s, and writes nothing there', (architecture, paths) => {
    const [{ volumeMounts }] = podFor(architecture).spec.containers;
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(paths);
    expect(volumeMounts.every(({ readOnly }) => readOnly)).toBe(true);
  });

  test('runs commands with the environment of a host', () => {
    const [program, flag, script, , command] = onTheHost('echo it');
    expect([program, flag, command]).toEqual(['/usr/bin/sh', '-c', 'echo it']);
    expect(script).toContain('env -i HOME=/root PATH=/usr/local/sbin');
  });
});
