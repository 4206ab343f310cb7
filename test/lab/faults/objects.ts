import { kubectl } from '../kubectl.ts';
import type { TestLab } from '../support/test-lab.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export async function apply(lab: TestLab, objects: readonly Manifest[]): Promise<void> {
  await kubectl(lab.state, ['apply', '--server-side', '-f', '-'], { input: listOf(objects) });
}

/** Deletes what is there of them, at once. */
export async function remove(lab: TestLab, objects: readonly Manifest[]): Promise<void> {
  const args = ['delete', '--ignore-not-found', '--timeout=60s', '--grace-period=1', '-f', '-'];
  await kubectl(lab.state, args, { input: listOf(objects.toReversed()) });
}

function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** A Deployment of the lab's web server in the namespace default. */
export function deployment(
  name: string,
  replicas: number,
  pod: Readonly<Record<string, unknown>> = {},
  container: Readonly<Record<string, unknown>> = {},
): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(pod, container) },
    },
  };
}

export function podSpec(
  pod: Readonly<Record<string, unknown>> = {},
  container: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'web',
        image: 'registry.k8s.io/lab/web:1',
        resources: { requests: { cpu: '5m', memory: '16Mi' } },
        ...container,
      },
    ],
    ...pod,
  };
}

/** A budget for the pods of a Deployment of that name. */
export function budget(name: string, app: string, rule: Readonly<Record<string, unknown>>): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'default' },
    spec: { ...rule, selector: { matchLabels: { app } } },
  };
}

export async function rolledOut(lab: TestLab, name: string): Promise<void> {
  await kubectl(lab.state, ['rollout', 'status', `deployment/${name}`, '--timeout=120s']);
}

/** Waits until a field of an object has a value, as kubectl takes both. */
export async function waitForField(
  lab: TestLab,
  object: string,
  field: string,
  value: string | number,
): Promise<void> {
  const until = `--for=jsonpath={${field}}=${value}`;
  await kubectl(lab.state, ['wait', object, until, '--timeout=120s']);
}
