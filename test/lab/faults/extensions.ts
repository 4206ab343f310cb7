import { kubectl } from '../kubectl.ts';
import type { TestLab } from '../support/test-lab.ts';
import type { Fault } from './fault.ts';
import { apply, type Manifest, remove } from './objects.ts';
import { asSaid, inShell, kubectlOfRemedy } from './remedies.ts';

const NOBODY = { namespace: 'default', name: 'nobody' };

/** Jobs are made by the API's users alone in the lab, so that nothing else of it minds. */
const DEAD_WEBHOOK: Manifest = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'guard' },
  webhooks: [
    {
      name: 'jobs.guard.dev',
      clientConfig: { service: NOBODY },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [{ apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['jobs'] }],
    },
  ],
};

const DEAD_API: Manifest = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1.dead.dev' },
  spec: {
    group: 'dead.dev',
    version: 'v1',
    service: NOBODY,
    insecureSkipTLSVerify: true,
    groupPriorityMinimum: 100,
    versionPriority: 100,
  },
};

const SCHEMA = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };

function definition(plural: string, spec: Readonly<Record<string, unknown>>): Manifest {
  const kind = plural.slice(0, 1).toUpperCase() + plural.slice(1, -1);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.faults.dev` },
    spec: {
      group: 'faults.dev',
      scope: 'Namespaced',
      names: { kind, plural, singular: plural.slice(0, -1) },
      ...spec,
    },
  };
}

const CONVERTED = definition('ramps', {
  versions: [
    { name: 'v1', served: true, storage: false, schema: SCHEMA },
    { name: 'v2', served: true, storage: true, schema: SCHEMA },
  ],
  conversion: {
    strategy: 'Webhook',
    webhook: { clientConfig: { service: NOBODY }, conversionReviewVersions: ['v1'] },
  },
});

const STORED = definition('ladders', {
  versions: [
    { name: 'v1alpha1', served: false, storage: false, schema: SCHEMA },
    { name: 'v1', served: true, storage: true, schema: SCHEMA },
  ],
});

/** What extends the API server, and its data of yesterday. */
export const extensionFaults: readonly Fault[] = [
  {
    name: 'a dead webhook that fails closed',
    seed: (lab) => apply(lab, [DEAD_WEBHOOK]),
    remedy: asSaid('or delete ValidatingWebhookConfiguration/guard if nobody needs it', (lab) =>
      kubectl(lab.state, ['delete', 'ValidatingWebhookConfiguration/guard']),
    ),
    undo: (lab) => remove(lab, [DEAD_WEBHOOK]),
    expect: {
      check: 'webhooks',
      severity: 'blocking',
      object: 'ValidatingWebhookConfiguration/guard: jobs.guard.dev',
    },
  },
  {
    name: 'a dead aggregated API',
    seed: async (lab) => {
      await apply(lab, [DEAD_API]);
      await kubectl(lab.state, [
        'wait',
        'apiservice/v1.dead.dev',
        '--for=condition=Available=False',
        '--timeout=60s',
      ]);
    },
    remedy: kubectlOfRemedy,
    undo: (lab) => remove(lab, [DEAD_API]),
    expect: { check: 'api-services', severity: 'blocking', object: 'APIService/v1.dead.dev' },
  },
  {
    name: 'a dead conversion webhook',
    seed: (lab) => establish(lab, CONVERTED),
    remedy: asSaid('kubectl delete crd ramps.faults.dev', (lab) =>
      inShell(lab, 'kubectl delete crd ramps.faults.dev'),
    ),
    undo: (lab) => remove(lab, [CONVERTED]),
    expect: {
      check: 'conversion-webhooks',
      severity: 'blocking',
      object: 'CustomResourceDefinition/ramps.faults.dev',
    },
  },
  {
    name: 'custom resources in an unserved version',
    seed: async (lab) => {
      await establish(lab, STORED);
      await setStoredVersions(lab, ['v1alpha1', 'v1']);
    },
    remedy: asSaid('then set status.storedVersions without v1alpha1', (lab) =>
      setStoredVersions(lab, ['v1']),
    ),
    undo: (lab) => remove(lab, [STORED]),
    expect: {
      check: 'stored-versions',
      severity: 'warning',
      object: 'CustomResourceDefinition/ladders.faults.dev',
    },
  },
];

async function establish(lab: TestLab, crd: Manifest): Promise<void> {
  await apply(lab, [crd]);
  const object = `crd/${crd.metadata.name}`;
  await kubectl(lab.state, ['wait', object, '--for=condition=Established', '--timeout=60s']);
}

async function setStoredVersions(lab: TestLab, storedVersions: readonly string[]): Promise<void> {
  const patch = JSON.stringify({ status: { storedVersions } });
  const crd = ['patch', 'crd', 'ladders.faults.dev', '--subresource=status', '--type=merge', '-p', patch];
  await kubectl(lab.state, crd);
}
