import type { Clock } from '../../ports/clock.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { collectionPath, type KindName, type RawFields, type RawObject, resourceName } from './object.ts';

export interface WaitDeps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const CRD_SECONDS = 60;
const BACKEND_SECONDS = 120;
const PAUSE_MILLISECONDS = 1000;

/**
 * Waits until a CustomResourceDefinition is Established, so that objects of it can be created.
 * @returns false when it was not in time
 */
export async function waitEstablished(name: string, deps: WaitDeps): Promise<boolean> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${encodeURIComponent(name)}`;
  return await waitUntil(CRD_SECONDS, deps, async () => {
    const { status } = (await deps.kube.request({ path, signal: deps.signal })) as RawObject;
    const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
    return conditions.some(
      (condition: RawFields) => condition.type === 'Established' && condition.status === 'True',
    );
  });
}

/** The Services that requests are sent to once this object is there. */
export function backendsOf(
  kind: KindName,
  object: RawObject,
): readonly { readonly namespace: string; readonly name: string }[] {
  const services = [];
  switch (resourceName(kind)) {
    case 'mutatingwebhookconfigurations.admissionregistration.k8s.io':
    case 'validatingwebhookconfigurations.admissionregistration.k8s.io':
      for (const webhook of Array.isArray(object.webhooks) ? object.webhooks : [])
        services.push((webhook as { readonly clientConfig?: RawFields }).clientConfig?.service);
      break;
    case 'apiservices.apiregistration.k8s.io':
      services.push(object.spec?.service);
      break;
  }
  return services.filter((service): service is { namespace: string; name: string } => service != null);
}

/**
 * Waits until a Service has an endpoint that is ready: a webhook that fails closed without one would stop the cluster.
 * @returns false when it had none in time
 */
export async function waitForBackend(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  deps: WaitDeps,
): Promise<boolean> {
  const kind = {
    group: 'discovery.k8s.io',
    version: 'v1',
    resource: 'endpointslices',
    kind: 'EndpointSlice',
    namespaced: true,
  };
  const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}` });
  return await waitUntil(BACKEND_SECONDS, deps, async () => {
    const path = `${collectionPath(kind, namespace)}?${query}`;
    const { items } = (await deps.kube.request({ path, signal: deps.signal })) as {
      readonly items: readonly RawObject[];
    };
    const endpoints = items.flatMap((slice) => (Array.isArray(slice.endpoints) ? slice.endpoints : []));
    return endpoints.some(
      (endpoint: { readonly conditions?: { readonly ready?: boolean } }) =>
        endpoint.conditions?.ready !== false,
    );
  });
}

async function waitUntil(
  seconds: number,
  { clock, signal }: WaitDeps,
  look: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = clock.monotonic() + seconds * 1000;
  for (;;) {
    try {
      if (await look()) return true;
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
    }
    if (clock.monotonic() >= deadline) return false;
    await clock.sleep(PAUSE_MILLISECONDS, signal);
  }
}
