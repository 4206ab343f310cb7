import type { CorefilePlugin } from './corefile.ts';
import type { Known } from './known.ts';

/** What extends the API server from outside of it, and can bring it to a halt. */
export interface Extensions {
  readonly webhooks: readonly WebhookObservation[];
  readonly apiServices: readonly ApiServiceObservation[];
  readonly customResources: readonly CustomResourceObservation[];
  /** The cluster's DNS as kubeadm looks for it; known and absent where there is none. */
  readonly dns: Known<DnsObservation | undefined>;
  /** Migrations of stored objects that are under way, by name. */
  readonly migrations: readonly string[];
}

/** What answers for a Service. */
export interface Backend {
  /** `namespace/name`. */
  readonly service: string;
  /** Endpoints that take traffic. */
  readonly ready: number;
  /** Nodes that those run on, each once; endpoints outside of the cluster have none. */
  readonly onNodes: readonly string[];
}

export interface WebhookObservation {
  /** `ValidatingWebhookConfiguration/gatekeeper`. */
  readonly configuration: string;
  /** The webhook's own name. */
  readonly webhook: string;
  /** Whether a request is refused when the webhook does not answer. */
  readonly failsClosed: boolean;
  /** Unknown where it could not be read; absent for a webhook that is reached by URL. */
  readonly backend?: Known<Backend>;
  /** Where it is reached by URL: its host. */
  readonly host?: string;
  readonly rules: readonly WebhookRule[];
  /** Whether objects are chosen by their labels or by conditions, so that not all of a kind are meant. */
  readonly selective: boolean;
  /** Whether its selectors want labels that most objects lack: then it may mean nothing at all. */
  readonly optIn: boolean;
  /** Whether pods of its own namespace are meant too: then nothing can bring its own back while it is away. */
  readonly coversItself: boolean;
  /** End of what its certificate is checked against, RFC 3339; absent where the configuration holds none. */
  readonly caExpiresAt?: string;
}

export interface WebhookRule {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly operations: readonly string[];
  /** `Namespaced`, `Cluster` or `*`. */
  readonly scope: string;
}

export interface ApiServiceObservation {
  /** `v1beta1.metrics.k8s.io`. */
  readonly service: string;
  readonly available: boolean;
  /** What its condition says, where it is not available. */
  readonly reason: string;
  /** Whether another server answers for it. */
  readonly aggregated: boolean;
}

export interface ConversionWebhook {
  /** Unknown where it could not be read; absent for a webhook that is reached by URL. */
  readonly backend?: Known<Backend>;
  /** End of what its certificate is checked against, RFC 3339; absent where the definition holds none. */
  readonly caExpiresAt?: string;
}

export interface CustomResourceObservation {
  /** `stairs.lab.kubestair.dev`. */
  readonly crd: string;
  readonly established: boolean;
  readonly served: readonly string[];
  /** The version that objects are written as. */
  readonly storage: string;
  /** Versions that objects may still be stored as. */
  readonly stored: readonly string[];
  /** What turns objects of one version into another; absent where the API server does it by itself. */
  readonly conversion?: ConversionWebhook;
}

/** CoreDNS as kubeadm's upgrade looks at it. */
export interface DnsObservation {
  /** Tag of the image without `v`; of several Deployments each one's. */
  readonly versions: readonly string[];
  readonly plugins: readonly CorefilePlugin[];
}
