/**
 * A narrow port to the Kubernetes API: raw JSON in and out, since typed clients drop the fields they do not know
 * (kubernetes-client/javascript#2962).
 */
export interface Kube {
  /** Host part of the API server's URL, for messages. */
  readonly server: string;
  /** The kubeconfig context in use. */
  readonly context: string;
  /**
   * One request, answered by parsed JSON.
   * @throws KubeStatusError for any status of 400 and above but 401, which is KubestairError KUBE_UNAUTHORIZED after a try with
   * renewed credentials; KUBE_UNREACHABLE; KUBE_REQUEST for an answer that is not JSON
   */
  request(request: KubeRequest): Promise<unknown>;
  /** One request, answered by the body as it arrives. @throws like request(). */
  stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>>;
}

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with an encoded query, for example `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly body?: unknown;
  /** Default application/json; PATCH defaults to application/merge-patch+json. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** How often a request that failed before it was answered, or with 429, 500 of an overloaded server, 502, 503 or 504 is sent again; default 4 for GET, 0 otherwise. */
  readonly retries?: number;
}

/** A Status that the API server answered with. */
export class KubeStatusError extends Error {
  override readonly name = 'KubeStatusError';
  readonly status: number;
  /** metav1.StatusReason, for example `TooManyRequests`; empty if the body was no Status. */
  readonly reason: string;
  readonly details: KubeStatusDetails | undefined;

  constructor(status: number, reason: string, message: string, details?: KubeStatusDetails) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.details = details;
  }
}

export interface KubeStatusDetails {
  readonly name?: string;
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly field?: string;
  }[];
}
