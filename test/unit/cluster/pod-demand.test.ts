import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../src/cluster/objects.ts';
import { demandOf } from '../../../src/cluster/pod-demand.ts';

const of = (spec: PodSpec, labels = {}) =>
  demandOf({ metadata: { name: 'p', namespace: 'shop', labels }, spec }, false);

const container = (cpu: string, over = {}) => ({ name: 'c', resources: { requests: { cpu } }, ...over });

describe('requests, as the scheduler adds them up', () => {
  test.each<[string, PodSpec, number]>([
    ['containers together', { containers: [container('100m'), container('200m')] }, 300],
    [
      'an init container larger than all of them',
      { containers: [container('100m')], initContainers: [container('1')] },
      1000,
    ],
    [
      'sidecars beside containers',
      { containers: [container('100m')], initContainers: [container('50m', { restartPolicy: 'Always' })] },
      150,
    ],
    [
      'an init container beside the sidecars before it',
      {
        containers: [container('100m')],
        initContainers: [container('50m', { restartPolicy: 'Always' }), container('300m')],
      },
      350,
    ],
    [
      'what is set for the pod as a whole',
      { containers: [container('100m')], resources: { requests: { cpu: '1' } } },
      1000,
    ],
    ['overhead', { containers: [container('100m')], overhead: { cpu: '250m' } }, 350],
  ])('%s', (_, spec, cpu) => {
    expect(of(spec).requests).toEqual({ cpu });
  });
});

test('host ports of containers and sidecars', () => {
  const ports = (hostPort: number, over = {}) => ({ name: 'c', ports: [{ hostPort, ...over }] });
  const spec = {
    containers: [ports(80), ports(0), ports(53, { protocol: 'UDP', hostIP: '10.0.0.1' })],
    initContainers: [{ ...ports(81), restartPolicy: 'Always' }, ports(82)],
  };
  expect(of(spec).hostPorts).toEqual([
    { port: 80, protocol: 'TCP', address: '' },
    { port: 53, protocol: 'UDP', address: '10.0.0.1' },
    { port: 81, protocol: 'TCP', address: '' },
  ]);
});

test('terms of affinity mean their own namespace, those that they name, or all', () => {
  const term = (over: object) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector: {}, ...over });
  const { antiAffinity } = of({
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          term({}),
          term({ namespaces: ['a'] }),
          term({ namespaceSelector: {} }),
        ],
      },
    },
  });
  expect(antiAffinity.map(({ namespaces }) => namespaces)).toEqual([['shop'], ['a'], undefined]);
});

test('spread constraints bind only with DoNotSchedule, and take keys from the labels of the pod', () => {
  const constraint = {
    topologyKey: 'zone',
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
    matchLabelKeys: ['hash', 'none'],
  };
  const { spread } = of(
    { topologySpreadConstraints: [constraint, { ...constraint, whenUnsatisfiable: 'ScheduleAnyway' }] },
    { app: 'web', hash: '7d4' },
  );
  expect(spread).toHaveLength(1);
  expect(spread[0]?.selector).toEqual({ matchLabels: { app: 'web', hash: '7d4' } });
});

test('of a pod that stays on its node only what others collide with', () => {
  const spec = {
    containers: [container('100m')],
    nodeSelector: { a: 'b' },
    tolerations: [{ operator: 'Exists' }],
  };
  const bound = demandOf({ metadata: { name: 'p' }, spec }, true);
  expect(bound).toMatchObject({ requests: { cpu: 100 }, nodeSelector: {}, tolerations: [] });
});
