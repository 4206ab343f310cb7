import { X509Certificate } from 'node:crypto';
import type {
  ApiServiceObservation,
  Backend,
  ConversionWebhook,
  CustomResourceObservation,
  WebhookObservation,
} from './extensions.ts';
import type { Known } from './known.ts';
import type { Condition, ObjectMeta } from './objects.ts';
import type { LabelSelector } from './observation.ts';
import { selects } from './selector.ts';

export interface ClientConfig {
  readonly service?: { readonly namespace: string; readonly name: string };
  readonly url?: string;
  readonly caBundle?: string;
}

export interface WebhookConfiguration {
  readonly metadata: ObjectMeta;
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: ClientConfig;
    readonly failurePolicy?: string;
    readonly rules?: readonly {
      readonly apiGroups?: readonly string[];
      readonly resources?: readonly string[];
      readonly operations?: readonly string[];
      readonly scope?: string;
    }[];
    readonly namespaceSelector?: LabelSelector;
    readonly objectSelector?: LabelSelector;
    readonly matchConditions?: readonly unknown[];
  }[];
}

export interface ApiService {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly service?: unknown };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface CustomResourceDefinition {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly versions?: readonly {
      readonly name: string;
      readonly served?: boolean;
      readonly storage?: boolean;
    }[];
    readonly conversion?: {
      readonly strategy?: string;
      readonly webhook?: { readonly clientConfig?: ClientConfig };
    };
  };
  readonly status?: {
    readonly storedVersions?: readonly string[];
    readonly conditions?: readonly Condition[];
  };
}

export interface EndpointSlice {
  readonly endpoints?: readonly {
    readonly conditions?: { readonly ready?: boolean };
    readonly nodeName?: string;
  }[];
}

/** What is known of the Services that extensions name. */
export interface Backends {
  of(config: ClientConfig): Known<Backend> | undefined;
  /** Labels of a namespace; undefined where they could not be read. */
  labelsOf(namespace: string): Readonly<Record<string, string>> | undefined;
}

export function toWebhooks(
  kind: string,
  { metadata, webhooks = [] }: WebhookConfiguration,
  backends: Backends,
): readonly WebhookObservation[] {
  return webhooks.map((webhook): WebhookObservation => {
    const { clientConfig, namespaceSelector = {}, objectSelector = {}, matchConditions = [] } = webhook;
    const backend = backends.of(clientConfig);
    const host = clientConfig.url === undefined ? undefined : hostIn(clientConfig.url);
    const caExpiresAt = endOf(clientConfig.caBundle);
    const own = backends.labelsOf(clientConfig.service?.namespace ?? '');
    return {
      configuration: `${kind}/${metadata.name}`,
      webhook: webhook.name,
      failsClosed: webhook.failurePolicy !== 'Ignore',
      ...(backend !== undefined && { backend }),
      ...(host !== undefined && { host }),
      rules: (webhook.rules ?? []).map(
        ({ apiGroups = [], resources = [], operations = [], scope = '*' }) => ({
          groups: apiGroups,
          resources,
          operations,
          scope,
        }),
      ),
      selective: !isEmpty(objectSelector) || matchConditions.length > 0,
      optIn: wantsLabels(objectSelector) || wantsLabels(namespaceSelector),
      // Labels that could not be read are taken for ones that are meant.
      coversItself: own === undefined || selects(namespaceSelector, own),
      ...(caExpiresAt !== undefined && { caExpiresAt }),
    };
  });
}

export function toApiService({ metadata, spec, status }: ApiService): ApiServiceObservation {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  const available = condition?.status === 'True';
  return {
    service: metadata.name,
    available,
    reason: available ? '' : (condition?.reason ?? 'no condition says that it is'),
    aggregated: spec?.service !== undefined && spec.service !== null,
  };
}

/** @returns undefined where the API server converts by itself */
export function conversionConfig({ spec }: CustomResourceDefinition): ClientConfig | undefined {
  return spec?.conversion?.strategy === 'Webhook' ? (spec.conversion.webhook?.clientConfig ?? {}) : undefined;
}

export function toCustomResource(
  definition: CustomResourceDefinition,
  backends: Backends,
): CustomResourceObservation {
  const { metadata, spec, status } = definition;
  const conversion = conversionConfig(definition);
  const versions = spec?.versions ?? [];
  return {
    crd: metadata.name,
    established: (status?.conditions ?? []).some(
      ({ type, status: value }) => type === 'Established' && value === 'True',
    ),
    served: versions.filter(({ served }) => served === true).map(({ name }) => name),
    storage: versions.find(({ storage }) => storage === true)?.name ?? '',
    stored: status?.storedVersions ?? [],
    ...(conversion !== undefined && { conversion: toConversion(conversion, backends) }),
  };
}

function toConversion(config: ClientConfig, backends: Backends): ConversionWebhook {
  const backend = backends.of(config);
  const caExpiresAt = endOf(config.caBundle);
  return { ...(backend !== undefined && { backend }), ...(caExpiresAt !== undefined && { caExpiresAt }) };
}

/** Ready is what an endpoint is unless it says otherwise (discovery/v1, EndpointConditions). */
export function toBackend(service: string, slices: readonly EndpointSlice[]): Backend {
  const ready = slices
    .flatMap(({ endpoints = [] }) => endpoints)
    .filter(({ conditions }) => conditions?.ready !== false);
  const nodes = new Set(ready.flatMap(({ nodeName }) => (nodeName === undefined ? [] : [nodeName])));
  return { service, ready: ready.length, onNodes: [...nodes].toSorted() };
}

/** When the last authority of a bundle ends: until then something may be trusted. */
function endOf(bundle: string | undefined): string | undefined {
  if (bundle === undefined) return undefined;
  const pem = Buffer.from(bundle, 'base64').toString('latin1');
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const ends = blocks.map((block) => new X509Certificate(block).validToDate.getTime());
    return ends.length === 0 ? undefined : new Date(Math.max(...ends)).toISOString();
  } catch {
    return undefined;
  }
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Whether a selector takes only what carries some label, instead of leaving some out. */
function wantsLabels({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return (
    Object.keys(matchLabels).length > 0 ||
    matchExpressions.some(({ operator }) => operator === 'In' || operator === 'Exists')
  );
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
