import pLimit from 'p-limit';
import type { Kube } from '../ports/kube.ts';
import { getIfThere, listAll, listWhole } from './api.ts';
import type { ApiServiceObservation, Backend, Extensions, WebhookObservation } from './extensions.ts';
import { PLAN_GRANTS } from './grants.ts';
import { type Known, known } from './known.ts';
import {
  type ApiService,
  type Backends,
  type ClientConfig,
  type CustomResourceDefinition,
  conversionConfig,
  type EndpointSlice,
  toApiService,
  toBackend,
  toCustomResource,
  toWebhooks,
  type WebhookConfiguration,
} from './map-extensions.ts';
import type { NamespaceObject } from './objects.ts';
import { readDns } from './observe-dns.ts';
import { readMigrations } from './observe-migrations.ts';
import { openReads, type Reads, readable, type Unread } from './reads.ts';

const AT_ONCE = 8;
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

/** What extends the API server, and what of it could not be read. Services are looked at only where an extension names them. */
export async function observeExtensions(
  kube: Kube,
  signal?: AbortSignal,
): Promise<{ readonly extensions: Extensions; readonly unread: readonly Unread[] }> {
  const reads = openReads();
  const [configurations, apiServices, definitions, migrations, dns] = await Promise.all([
    readConfigurations(kube, reads, signal),
    readApiServices(kube, reads, signal),
    readDefinitions(kube, reads, signal),
    readMigrations(kube, reads, signal),
    readDns(kube, signal),
  ]);
  const clients = [
    ...clientsOf(configurations),
    ...definitions.flatMap((each) => conversionConfig(each) ?? []),
  ];
  const backends = await readBackends(kube, clients, reads, signal);
  return {
    unread: reads.unread,
    extensions: {
      webhooks: webhooksOf(configurations, backends),
      apiServices,
      customResources: definitions.map((each) => toCustomResource(each, backends)),
      migrations,
      dns,
    },
  };
}

/** Every webhook, with what answers for it. */
export async function readWebhooks(
  kube: Kube,
  reads: Reads,
  signal?: AbortSignal,
): Promise<readonly WebhookObservation[]> {
  const configurations = await readConfigurations(kube, reads, signal);
  return webhooksOf(configurations, await readBackends(kube, clientsOf(configurations), reads, signal));
}

export async function readApiServices(
  kube: Kube,
  reads: Reads,
  signal?: AbortSignal,
): Promise<readonly ApiServiceObservation[]> {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const list = () => listWhole<ApiService>(kube, path, signal);
  return (await reads.attempt(PLAN_GRANTS.apiServices, list, [])).map(toApiService);
}

interface Configurations {
  readonly validating: readonly WebhookConfiguration[];
  readonly mutating: readonly WebhookConfiguration[];
}

async function readConfigurations(kube: Kube, reads: Reads, signal?: AbortSignal): Promise<Configurations> {
  const list = (plural: string) => () =>
    listWhole<WebhookConfiguration>(kube, `${ADMISSION}/${plural}`, signal);
  const { validatingWebhooks, mutatingWebhooks } = PLAN_GRANTS;
  const [validating, mutating] = await Promise.all([
    reads.attempt(validatingWebhooks, list('validatingwebhookconfigurations'), []),
    reads.attempt(mutatingWebhooks, list('mutatingwebhookconfigurations'), []),
  ]);
  return { validating, mutating };
}

function clientsOf({ validating, mutating }: Configurations): readonly ClientConfig[] {
  return [...validating, ...mutating].flatMap(({ webhooks = [] }) =>
    webhooks.map((each) => each.clientConfig),
  );
}

function webhooksOf(
  { validating, mutating }: Configurations,
  backends: Backends,
): readonly WebhookObservation[] {
  return [
    ...validating.flatMap((each) => toWebhooks('ValidatingWebhookConfiguration', each, backends)),
    ...mutating.flatMap((each) => toWebhooks('MutatingWebhookConfiguration', each, backends)),
  ];
}

/** Without their schemas, which are most of them, as they arrive. */
async function readDefinitions(
  kube: Kube,
  reads: Reads,
  signal?: AbortSignal,
): Promise<readonly CustomResourceDefinition[]> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const found: CustomResourceDefinition[] = [];
  const gather = async () => {
    for await (const { metadata, spec, status } of listAll<CustomResourceDefinition>(kube, path, signal)) {
      const versions = (spec?.versions ?? []).map(({ name, served = false, storage = false }) => ({
        name,
        served,
        storage,
      }));
      found.push({
        metadata: { name: metadata.name },
        spec: { versions, ...(spec?.conversion !== undefined && { conversion: spec.conversion }) },
        ...(status !== undefined && { status }),
      });
    }
  };
  await reads.attempt(PLAN_GRANTS.customResources, gather, undefined);
  return found;
}

async function readBackends(
  kube: Kube,
  configs: readonly ClientConfig[],
  reads: Reads,
  signal?: AbortSignal,
): Promise<Backends> {
  const limit = pLimit(AT_ONCE);
  const named = configs.flatMap(({ service }) => (service === undefined ? [] : [service]));
  const services = new Map(named.map((service) => [`${service.namespace}/${service.name}`, service]));
  const found = new Map<string, Known<Backend> | undefined>();
  const labels = new Map<string, Readonly<Record<string, string>>>();
  await Promise.all([
    ...[...services].map(([key, { namespace, name }]) =>
      limit(async () => {
        found.set(key, await readBackend(kube, namespace, name, signal));
      }),
    ),
    ...[...new Set(named.map(({ namespace }) => namespace))].map((namespace) =>
      limit(async () => {
        const read = await reads.attempt(
          PLAN_GRANTS.namespaces,
          () =>
            getIfThere<NamespaceObject>(kube, `/api/v1/namespaces/${encodeURIComponent(namespace)}`, {
              signal,
            }),
          undefined,
        );
        if (read !== undefined) labels.set(namespace, read.metadata.labels ?? {});
      }),
    ),
  ]);
  return {
    of: ({ service }) => service && found.get(`${service.namespace}/${service.name}`),
    labelsOf: (namespace) => labels.get(namespace),
  };
}

/** @returns undefined for a Service that is a name outside of the cluster */
async function readBackend(
  kube: Kube,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Known<Backend> | undefined> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  const selector = { labelSelector: `kubernetes.io/service-name=${name}` };
  const slices = await readable(PLAN_GRANTS.endpointSlices, () =>
    listWhole<EndpointSlice>(kube, path, signal, selector),
  );
  if (!slices.known) return slices;
  const backend = toBackend(`${namespace}/${name}`, slices.value);
  if (backend.ready > 0) return known(backend);
  const service = await readable(PLAN_GRANTS.services, () =>
    getIfThere<{ readonly spec?: { readonly type?: string } }>(
      kube,
      `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`,
      { signal },
    ),
  );
  if (!service.known) return service;
  return service.value?.spec?.type === 'ExternalName' ? undefined : known(backend);
}
