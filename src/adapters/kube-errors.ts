import type { Dispatcher } from 'undici';
import { KubestairError } from '../errors.ts';
import { type KubeStatusDetails, KubeStatusError } from '../ports/kube.ts';

interface Endpoint {
  readonly server: string;
  readonly context: string;
}

/** metav1.Status as the API server sends it. */
interface Status {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: KubeStatusDetails;
}

/** Longer than any apiserver asks for; a proxy may say hours. */
const LONGEST_RETRY_AFTER = 30;

/** No repetition mends these: the certificate is wrong, or the name does not exist. */
const LASTING = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO|ENOTFOUND|UND_ERR_INVALID_ARG/;

/** A refusal of the API server or of something before it, as the Status that it sent. */
export function refusalOf(
  { statusCode, headers }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
  text: string,
): KubeStatusError {
  const status = parseStatus(text);
  const after = Number(headers['retry-after']);
  const details = {
    ...status.details,
    ...(Number.isFinite(after) && after > 0 ? { retryAfterSeconds: after } : {}),
  };
  const message = status.message ?? (text.trim().slice(0, 300) || `HTTP status ${statusCode}`);
  return new KubeStatusError(statusCode, status.reason ?? '', message, details);
}

/** Whether sending a request again may help: it was never answered, or by a server that has too much to do or is going away. */
export function worthAnotherTry(error: unknown): boolean {
  if (error instanceof KubestairError) return false;
  if (!(error instanceof KubeStatusError)) return !LASTING.test(codeOf(error));
  switch (error.status) {
    case 429:
    case 502:
    case 503:
    case 504:
      return true;
    case 500:
      return isOverload(error);
    default:
      return false;
  }
}

/** How long the server asks to stay away; 0 if it does not say. */
export function retryAfterSeconds(error: unknown): number {
  if (!(error instanceof KubeStatusError)) return 0;
  return Math.min(error.details?.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER);
}

export function unreachable({ server, context }: Endpoint, cause: unknown): KubestairError {
  const code = codeOf(cause);
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause);
  const next = LASTING.test(code)
    ? 'Check server, certificate-authority-data and tls-server-name of the kubeconfig.'
    : `Check that this machine reaches ${server}, for example with curl -k https://${server}/readyz.`;
  return new KubestairError('KUBE_UNREACHABLE', `The API server ${server} does not answer: ${reason}`, {
    object: `context ${context}`,
    next,
    cause,
  });
}

export function unauthorized({ server, context }: Endpoint, cause: KubeStatusError): KubestairError {
  return new KubestairError(
    'KUBE_UNAUTHORIZED',
    `The API server ${server} does not accept the credentials of context "${context}"`,
    {
      object: `context ${context}`,
      next: `Renew the certificate or token in the kubeconfig; kubectl --context ${context} auth whoami shows whether it works.`,
      cause,
    },
  );
}

/** A 500 that says "later": StatusReasonServerTimeout, or etcd without a leader. The 500 of a pod under two budgets is none. */
function isOverload({ reason, message, details }: KubeStatusError): boolean {
  return (
    reason === 'ServerTimeout' ||
    (details?.retryAfterSeconds ?? 0) > 0 ||
    /etcdserver: (leader changed|request timed out|no leader)/.test(message)
  );
}

function parseStatus(text: string): Status {
  try {
    const status = JSON.parse(text) as Status | null;
    return status?.kind === 'Status' ? status : {};
  } catch {
    return {};
  }
}

/** The innermost code of a network error: undici and happy eyeballs wrap it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, cause, errors } = error as NodeJS.ErrnoException & { readonly errors?: readonly unknown[] };
  return codeOf(cause) || codeOf(errors?.[0]) || (code ?? '');
}
