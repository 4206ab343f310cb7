import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { HttpMethod, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { KubestairError } from '../errors.ts';

/** As long as client-go trusts a token file; exec plugins cache their own credentials until they expire. */
const FRESH_MILLISECONDS = 60_000;

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Pool of keep-alive connections, with the client certificate if there is one. */
  readonly dispatcher: Dispatcher;
}

/**
 * Credentials of the current context from whatever it names: certificates, tokens, token files, exec plugins, OIDC.
 */
export interface Authentication {
  credentials(): Promise<Credentials>;
  /** Forgets everything that is cached, after an answer of 401. */
  renew(): void;
}

/**
 * @param reload reads the kubeconfig again, the same context chosen
 */
export function openAuthentication(config: KubeConfig, reload: () => Promise<KubeConfig>): Authentication {
  let loaded = Promise.resolve(config);
  let pool: { readonly fingerprint: string; readonly dispatcher: Dispatcher } | undefined;
  let current: { readonly until: number; readonly credentials: Promise<Credentials> } | undefined;

  const load = async (): Promise<Credentials> => {
    const { headers, dispatcher, fingerprint } = await authenticate(await loaded);
    if (pool?.fingerprint !== fingerprint) {
      // Requests under way end on the old connections; then those close.
      void pool?.dispatcher.close();
      pool = { fingerprint, dispatcher };
    }
    return { headers, dispatcher: pool.dispatcher };
  };

  return {
    credentials() {
      if (current === undefined || current.until < performance.now()) {
        const credentials = load();
        current = { until: performance.now() + FRESH_MILLISECONDS, credentials };
        credentials.catch(() => {
          current = undefined;
        });
      }
      return current.credentials;
    },
    renew() {
      current = undefined;
      // Anew from the files: they may have been rotated, and client-node keeps a plugin's token that names no expiry for good.
      loaded = reload();
    },
  };
}

interface Authenticated extends Credentials {
  /** Changes when the TLS material does. */
  readonly fingerprint: string;
}

async function authenticate(config: KubeConfig): Promise<Authenticated> {
  const context = new RequestContext(config.getCurrentCluster()?.server ?? '', HttpMethod.GET);
  const tls: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(tls);
    await config.applySecurityAuthentication(context);
  } catch (cause) {
    throw credentialsRefused(config, cause);
  }
  // client-node brings undici 8 as well, and one Dispatcher class: see docs/dependencies.md.
  const dispatcher = (context.getDispatcher() as Dispatcher | undefined) ?? new Agent();
  const material = [tls.ca, tls.cert, tls.key, tls.servername, tls.rejectUnauthorized].map((part) =>
    String(part ?? ''),
  );
  const fingerprint = createHash('sha256').update(material.join('\0')).digest('hex');
  return { headers: context.getHeaders(), dispatcher, fingerprint };
}

function credentialsRefused(config: KubeConfig, cause: unknown): KubestairError {
  const context = config.getCurrentContext();
  const user = config.getCurrentUser();
  const plugin: unknown = user?.exec?.command;
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  if (typeof plugin !== 'string') {
    return new KubestairError(
      'KUBE_CONFIG',
      `The credentials of context "${context}" cannot be read: ${reason}`,
      {
        object: `context ${context}`,
        next: 'Check the files that the kubeconfig names for this cluster and user.',
        cause,
      },
    );
  }
  return new KubestairError(
    'KUBE_UNAUTHORIZED',
    `The exec plugin ${plugin} gives no credentials for user "${user?.name}": ${reason}`,
    {
      object: `context ${context}`,
      next: `Log in again, then check with kubectl --context ${context} auth whoami.`,
      cause,
    },
  );
}
