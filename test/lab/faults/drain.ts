import { kubectl } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { Fault } from './fault.ts';
import {
  apply,
  budget,
  deployment,
  type Manifest,
  podSpec,
  remove,
  rolledOut,
  waitForField,
} from './objects.ts';
import { asSaid, inFileAsSaid, kubectlOfRemedy } from './remedies.ts';

const ON_W1 = { nodeSelector: { 'kubernetes.io/hostname': 'w1' } };

/** A Deployment that is ready, with what goes with it. */
function withWorkload(
  name: string,
  objects: readonly [Manifest, ...Manifest[]],
  rest: Pick<Fault, 'expect' | 'remedy'> & { readonly settled?: Fault['seed'] },
): Fault {
  const [workload] = objects;
  return {
    name,
    seed: async (lab) => {
      await apply(lab, objects);
      await rolledOut(lab, workload.metadata.name);
      await rest.settled?.(lab);
    },
    undo: (lab) => remove(lab, objects),
    expect: rest.expect,
    ...(rest.remedy !== undefined && { remedy: rest.remedy }),
  };
}

const LOCAL_VOLUME: readonly Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'bound' },
    spec: {
      capacity: { storage: '1Mi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'none',
      local: { path: '/srv' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['w1'] }] },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'bound', namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'none',
      resources: { requests: { storage: '1Mi' } },
    },
  },
];

const NO_EVICTIONS: readonly Manifest[] = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-evictions' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] },
        ],
      },
      validations: [{ expression: 'false', message: 'not before Monday' }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'no-evictions' },
    spec: {
      policyName: 'no-evictions',
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } },
    },
  },
];

const BARE: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace: 'default' }, spec: podSpec() },
];

/** What stands in the way of a drain, or is lost or away by one. */
export const drainFaults: readonly Fault[] = [
  withWorkload(
    'a budget that can never allow an eviction',
    [deployment('keeper', 2), budget('keeper', 'keeper', { minAvailable: 2 })],
    {
      settled: (lab) => waitForField(lab, 'pdb/keeper', '.status.currentHealthy', 2),
      remedy: asSaid('Run one more replica', async (lab) => {
        await kubectl(lab.state, ['scale', 'deployment/keeper', '--replicas=3']);
        await waitForField(lab, 'pdb/keeper', '.status.disruptionsAllowed', 1);
      }),
      expect: {
        check: 'disruption-budgets',
        severity: 'blocking',
        object: 'PodDisruptionBudget/default/keeper',
      },
    },
  ),
  {
    name: 'a budget over pods that are not ready',
    seed: async (lab) => {
      const probe = { readinessProbe: { exec: { command: ['false'] } } };
      await apply(lab, [deployment('ill', 2, {}, probe), budget('ill', 'ill', { maxUnavailable: 1 })]);
      await waitForField(lab, 'pdb/ill', '.status.expectedPods', 2);
      const running = '--for=jsonpath={.status.phase}=Running';
      await kubectl(lab.state, ['wait', 'pod', '-l', 'app=ill', running, '--timeout=120s']);
    },
    remedy: kubectlOfRemedy,
    undo: (lab) => remove(lab, [deployment('ill', 2), budget('ill', 'ill', {})]),
    expect: { check: 'disruption-budgets', severity: 'warning', object: 'PodDisruptionBudget/default/ill' },
  },
  withWorkload(
    'pods under two budgets',
    [
      deployment('twice', 2),
      budget('twice', 'twice', { maxUnavailable: 1 }),
      budget('twice-too', 'twice', { minAvailable: 1 }),
    ],
    {
      remedy: asSaid('Delete one of these budgets', (lab) =>
        kubectl(lab.state, ['delete', 'pdb', 'twice-too']),
      ),
      expect: { check: 'overlapping-budgets', severity: 'blocking', object: 'Deployment/default/twice' },
    },
  ),
  {
    name: 'a pod that nobody would make again',
    seed: async (lab) => {
      await apply(lab, BARE);
      await kubectl(lab.state, ['wait', 'pod/bare', '--for=condition=Ready', '--timeout=60s']);
    },
    remedy: asSaid('Delete it', (lab) => remove(lab, BARE)),
    undo: (lab) => remove(lab, BARE),
    expect: { check: 'unmanaged-pods', severity: 'blocking', object: 'Pod/default/bare' },
  },
  {
    name: 'data in an emptyDir, not given up',
    file: { spec: { drain: { timeout: '5m' } } },
    seed: async () => {},
    remedy: inFileAsSaid('set spec.drain.deleteEmptyDir: true', {}),
    undo: async () => {},
    expect: { check: 'empty-dirs', severity: 'blocking', object: 'StatefulSet/demo/store' },
  },
  withWorkload('a workload of one pod', [deployment('alone', 1)], {
    remedy: asSaid('Run two replicas', async (lab) => {
      await kubectl(lab.state, ['scale', 'deployment/alone', '--replicas=2']);
      await rolledOut(lab, 'alone');
    }),
    expect: { check: 'single-replicas', severity: 'info', object: 'Deployment/default/alone' },
  }),
  withWorkload('a pod that fits on no other node', [deployment('picky', 2, ON_W1)], {
    remedy: asSaid('loosen what binds it', async (lab) => {
      const loose = '{"spec":{"template":{"spec":{"nodeSelector":null}}}}';
      await kubectl(lab.state, ['patch', 'deployment', 'picky', '--type', 'merge', '-p', loose]);
      await rolledOut(lab, 'picky');
    }),
    expect: { check: 'stranded-pods', severity: 'warning', object: 'Deployment/default/picky' },
  }),
  withWorkload(
    'a volume that only one node has',
    [
      deployment(
        'bound',
        1,
        { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'bound' } }] },
        { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ),
      ...LOCAL_VOLUME,
    ],
    {
      expect: { check: 'stranded-pods', severity: 'warning', object: 'Deployment/default/bound' },
    },
  ),
  {
    name: 'a budget with too little room for a node',
    seed: async (lab) => {
      await apply(lab, [deployment('tight', 3, ON_W1), budget('tight', 'tight', { maxUnavailable: 1 })]);
      await rolledOut(lab, 'tight');
      await waitForField(lab, 'pdb/tight', '.status.disruptionsAllowed', 1);
    },
    remedy: asSaid('let the budget allow as many disruptions as one node holds pods', async (lab) => {
      await kubectl(lab.state, ['patch', 'pdb', 'tight', '-p', '{"spec":{"maxUnavailable":3}}']);
      await waitForField(lab, 'pdb/tight', '.status.disruptionsAllowed', 3);
    }),
    undo: (lab) => remove(lab, [deployment('tight', 3), budget('tight', 'tight', {})]),
    expect: {
      check: 'disruption-budgets',
      severity: 'blocking',
      object: 'PodDisruptionBudget/default/tight',
    },
  },
  withWorkload('a policy that denies evictions', [deployment('kept', 2), ...NO_EVICTIONS], {
    // The API server compiles a policy some time after it was made.
    settled: () => new Promise((resolve) => setTimeout(resolve, 3000)),
    remedy: asSaid('let it allow the evictions of a drain', async (lab) => {
      await remove(lab, NO_EVICTIONS);
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }),
    expect: { check: 'evictions-allowed', severity: 'blocking', object: 'Deployment/default/kept' },
  }),
  {
    name: 'a cordon of somebody else',
    seed: (lab) => kubectl(lab.state, ['cordon', 'w2']),
    remedy: kubectlOfRemedy,
    undo: (lab) => kubectl(lab.state, ['uncordon', 'w2']),
    expect: { check: 'nodes-ready', severity: 'warning', object: 'Node/w2' },
  },
  {
    name: 'a node that is out of service',
    seed: (lab) =>
      kubectl(lab.state, ['taint', 'node', 'w2', 'node.kubernetes.io/out-of-service=:NoSchedule']),
    remedy: kubectlOfRemedy,
    undo: (lab) =>
      kubectl(lab.state, ['taint', 'node', 'w2', 'node.kubernetes.io/out-of-service-']).catch(() => {}),
    expect: { check: 'node-taints', severity: 'blocking', object: 'Node/w2' },
  },
  {
    name: 'a node that is not ready',
    seed: async (lab) => {
      await onHost(lab.state, 'w2', 'systemctl stop kubelet');
      const notReady = ['wait', 'node/w2', '--for=condition=Ready=Unknown', '--timeout=120s'];
      await kubectl(lab.state, notReady);
    },
    remedy: asSaid('kubectl describe node w2, mend it', async (lab) => {
      await onHost(lab.state, 'w2', 'systemctl start kubelet');
      await kubectl(lab.state, ['wait', 'node/w2', '--for=condition=Ready', '--timeout=120s']);
    }),
    undo: async (lab) => {
      await onHost(lab.state, 'w2', 'systemctl start kubelet');
      await kubectl(lab.state, ['wait', 'node/w2', '--for=condition=Ready', '--timeout=120s']);
    },
    expect: { check: 'nodes-ready', severity: 'blocking', object: 'Node/w2' },
  },
];
