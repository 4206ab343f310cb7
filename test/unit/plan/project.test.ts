import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import { planPath } from '../../../src/plan/path.ts';
import { advance, project } from '../../../src/plan/project.ts';
import { cluster, controlPlane, host, plainProvider, step, VERSION_AT, worker } from './sample.ts';

const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const TAGS = {
  'kube-apiserver': 'v1.36.3',
  'kube-controller-manager': 'v1.36.3',
  'kube-scheduler': 'v1.36.3',
};

function versions({ nodes, configuredVersion }: Observation) {
  return {
    configuredVersion,
    nodes: nodes.map(({ name, kubelet, kubeProxy, components }) => ({
      name,
      kubelet,
      kubeProxy,
      components,
    })),
  };
}

describe('project', () => {
  test('brings everything to the target but etcd, of which it does not know', () => {
    const after = project(cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')]), hop);
    expect(after).toMatchObject({
      configuredVersion: known('v1.36.3'),
      apiServerVersion: 'v1.36.3',
      nodes: [
        { kubelet: 'v1.36.3', kubeProxy: known('v1.36.3'), components: known({ ...TAGS, etcd: '3.6.6-0' }) },
        { kubelet: 'v1.36.3', kubeProxy: known('v1.36.3'), components: { known: false } },
      ],
    });
  });

  test('installs and holds the packages that there are', () => {
    const packages = { ...host('v1.35.4').packages, kubectl: { version: '', held: false } };
    const before = cluster([worker('w1', 'v1.35.4', { host: known(host('v1.35.4', { packages })) })]);
    expect(project(before, hop).nodes[0]?.host).toMatchObject({
      value: {
        packages: {
          kubeadm: { version: '1.36.3-1.1', held: true },
          kubelet: { version: '1.36.3-1.1', held: true },
          kubectl: { version: '', held: false },
        },
      },
    });
  });

  test('takes back own cordons and leaves foreign ones', () => {
    const before = cluster([
      worker('w1', 'v1.35.4', { unschedulable: true, cordonedBy: 'run-1' }),
      worker('w2', 'v1.35.4', { unschedulable: true }),
    ]);
    const [own, foreign] = project(before, hop).nodes;
    expect(own).toMatchObject({ unschedulable: false });
    expect(own?.cordonedBy).toBeUndefined();
    expect(foreign).toMatchObject({ unschedulable: true });
  });

  test('makes up nothing that was unknown', () => {
    const before = cluster([
      worker('w1', 'v1.35.4', { host: unknown('no SSH'), kubeProxy: unknown('none') }),
    ]);
    expect(project(before, hop).nodes[0]).toMatchObject({
      host: { known: false },
      kubeProxy: { known: false },
    });
  });

  test('leaves no hop to plan', () => {
    const after = project(cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')]), hop);
    expect(
      planPath({ config: { version: hop.to, via: [] }, versionAt: VERSION_AT, observation: after }),
    ).toEqual([]);
    expect(plainProvider.steps(hop, after)).toEqual([]);
  });
});

describe('advance', () => {
  const before = cluster([
    controlPlane('cp1', 'v1.35.4'),
    controlPlane('cp2', 'v1.35.4'),
    worker('w1', 'v1.35.4'),
  ]);

  test('moves kube-proxy with the last API server', () => {
    const first = advance(before, step('control-plane', 'cp1', hop));
    expect(first.nodes[0]).toMatchObject({ kubelet: 'v1.35.4', components: { value: TAGS } });
    expect(first.nodes.map(({ kubeProxy }) => kubeProxy)).toEqual(Array(3).fill(known('v1.35.4')));
    const second = advance(first, step('control-plane', 'cp2', hop));
    expect(second.nodes.map(({ kubeProxy }) => kubeProxy)).toEqual(Array(3).fill(known('v1.36.3')));
  });

  test.each(['backup', 'stage', 'node-config', 'drain', 'ready', 'uncordon', 'settle'] as const)(
    '%s moves no version',
    (kind) => {
      expect(advance(before, step(kind, 'w1', hop))).toBe(before);
    },
  );

  test('step by step comes to where project() says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 4 }), (servers, workers) => {
        const start = cluster([
          ...Array.from({ length: servers }, (_, i) => controlPlane(`cp${i}`, 'v1.35.4')),
          ...Array.from({ length: workers }, (_, i) => worker(`w${i}`, 'v1.35.4')),
        ]);
        const end = plainProvider.steps(hop, start).reduce(advance, start);
        expect(versions(end)).toEqual(versions(project(start, hop)));
      }),
    );
  });
});
