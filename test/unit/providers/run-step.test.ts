import { beforeEach, describe, expect, test } from 'vitest';
import type { HostStep, UpgradeKind } from '../../../src/plan/step-kinds.ts';
import { type Kube, KubeStatusError } from '../../../src/ports/kube.ts';
import { isStepDone } from '../../../src/providers/kubeadm/is-done.ts';
import { runStep } from '../../../src/providers/kubeadm/run-step.ts';
import { unitName } from '../../../src/providers/kubeadm/unit-script.ts';
import { config } from '../plan/sample.ts';
import { type LocalHost, localHost, quickClock, told } from './local-host.ts';

const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const OLD = 'v1.35.4';
const NEW = 'v1.36.3';

interface Node {
  readonly name: string;
  readonly controlPlane?: boolean;
  readonly kubelet: string;
  readonly staticPods?: string;
}

/** An API with just the nodes, their static pods and kubeadm's configuration. */
function kubeOf(nodes: readonly Node[], configured: string = OLD): Kube {
  const nodeObjects = nodes.map(({ name, controlPlane, kubelet }) => ({
    metadata: { name, labels: controlPlane === true ? { 'node-role.kubernetes.io/control-plane': '' } : {} },
    status: {
      nodeInfo: { kubeletVersion: kubelet, containerRuntimeVersion: '', osImage: '' },
      conditions: [],
    },
  }));
  const pods = nodes.flatMap(({ name, staticPods }) =>
    staticPods === undefined
      ? []
      : ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((component) => ({
          metadata: {
            name: `${component}-${name}`,
            namespace: 'kube-system',
            labels: { tier: 'control-plane', component },
          },
          spec: {
            nodeName: name,
            containers: [{ name: component, image: `registry.k8s.io/${component}:${staticPods}` }],
          },
        })),
  );
  return {
    server: 'test',
    context: 'test',
    stream: () => Promise.reject(new Error('no streams here')),
    async request({ path }) {
      const { pathname, searchParams } = new URL(path, 'http://test');
      if (pathname === '/api/v1/namespaces/kube-system/configmaps/kubeadm-config') {
        return {
          data: {
            ClusterConfiguration: `kubernetesVersion: ${configured}\nimageRepository: registry.example\n`,
          },
        };
      }
      if (pathname === '/api/v1/nodes') return { items: nodeObjects };
      if (pathname === '/api/v1/namespaces/kube-system/pods') {
        const wanted = searchParams.get('fieldSelector')?.split('=')[1];
        return { items: pods.filter(({ spec }) => wanted === undefined || spec.nodeName === wanted) };
      }
      const node = nodeObjects.find(({ metadata }) => pathname === `/api/v1/nodes/${metadata.name}`);
      if (node !== undefined) return node;
      throw new KubeStatusError(404, 'NotFound', path);
    },
  };
}

let host: LocalHost;

// kubeadm and the packages are stand-ins that note what they were told.
beforeEach(() => {
  host = localHost();
  for (const name of ['apt-mark', 'apt-get', 'dpkg']) host.command(name, `echo "${name} $*" >>"$CALLS"`);
  host.command('dpkg-query', 'echo "installed 1.36.3-1.1"');
  host.command('kubeadm', 'echo "kubeadm $*" >>"$CALLS"');
  host.write('var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration\n');
});

function stepOf(kind: UpgradeKind, node = 'w1'): HostStep<UpgradeKind> {
  return { id: `${NEW}/${node}/${kind}`, kind, node, hop, does: `${kind} ${node}`, expectedSeconds: 1 };
}

function run(kind: UpgradeKind, kube: Kube, node = 'w1', context = told()) {
  const given = config({ kubeadm: { ignorePreflightErrors: ['SystemVerification', 'Swap'] } });
  return runStep(
    { step: stepOf(kind, node), host, kube, clusterUid: 'uid', config: given, clock: quickClock() },
    context,
  );
}

/** Leaves behind what a unit of that step leaves. */
function leaveUnit(step: string, exit: string): void {
  host.write(`var/lib/kubestair/units/${unitName('uid', `${NEW}/${step}`)}/exit`, `${exit}\n`);
}

function kubeadmCalls(): readonly string[] {
  return host.calls().filter((line) => line.startsWith('kubeadm '));
}

describe('kubeadm on control planes', () => {
  const cp = (name: string, staticPods: string, kubelet: string) => ({
    name,
    controlPlane: true,
    staticPods,
    kubelet,
  });

  test.each([
    ['the only one', [cp('cp1', OLD, OLD)], OLD, 'apply'],
    ['the first of two', [cp('cp1', OLD, OLD), cp('cp2', OLD, OLD)], OLD, 'apply'],
    [
      'one whose apply was cut off after it wrote the configuration',
      [cp('cp1', NEW, OLD), cp('cp2', OLD, OLD)],
      NEW,
      'apply',
    ],
    ['one of two, the other is through', [cp('cp1', OLD, OLD), cp('cp2', NEW, NEW)], NEW, 'node'],
  ] as const)('%s', async (_, nodes, configured, command) => {
    await run('control-plane', kubeOf(nodes, configured), 'cp1');
    const words = command === 'apply' ? 'kubeadm upgrade apply v1.36.3 --yes' : 'kubeadm upgrade node';
    expect(kubeadmCalls()).toEqual([`${words} --ignore-preflight-errors=SystemVerification,Swap`]);
  });

  test('done means static pods, configuration, and a unit that ended well or a kubelet at the target', async () => {
    const done = (nodes: readonly Node[], configured: string) =>
      isStepDone({
        step: stepOf('control-plane', 'cp1'),
        host,
        kube: kubeOf(nodes, configured),
        clusterUid: 'uid',
      });
    expect(await done([cp('cp1', NEW, NEW)], NEW)).toBe(true);
    expect(await done([cp('cp1', NEW, OLD)], NEW)).toBe(false);
    leaveUnit('cp1/control-plane', '0');
    expect(await done([cp('cp1', NEW, OLD)], NEW)).toBe(true);
    expect(await done([cp('cp1', NEW, NEW)], OLD)).toBe(false);
    expect(await done([cp('cp1', OLD, OLD)], NEW)).toBe(false);
  });
});

describe('a worker', () => {
  const kube = kubeOf([{ name: 'w1', kubelet: OLD }]);

  test('its configuration comes from kubeadm upgrade node', async () => {
    await run('node-config', kube);
    expect(kubeadmCalls()).toEqual([
      'kubeadm upgrade node --ignore-preflight-errors=SystemVerification,Swap',
    ]);
    expect(await isStepDone({ step: stepOf('node-config'), host, kube, clusterUid: 'uid' })).toBe(true);
    expect(await isStepDone({ step: stepOf('node-config'), host, kube, clusterUid: 'another cluster' })).toBe(
      false,
    );
  });

  test.each([
    ['never ran', undefined],
    ['failed', '1'],
  ])('its kubelet is not touched when kubeadm upgrade node %s', async (_, exit) => {
    if (exit !== undefined) leaveUnit('w1/node-config', exit);
    await expect(run('kubelet', kube)).rejects.toMatchObject({ code: 'STEP_FAILED', object: 'Node/w1' });
    expect(host.calls()).toEqual([]);
  });

  test('notes of a script become notes of the step', async () => {
    host.command('kubeadm', 'echo "note: something worth keeping"; echo "just said"');
    const context = told();
    await run('node-config', kube, 'w1', context);
    expect(context.notes).toEqual(['something worth keeping']);
    expect(context.said).toContain('just said');
  });
});
