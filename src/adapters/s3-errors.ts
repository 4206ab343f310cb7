import { KubestairError } from '../errors.ts';

/** What an S3 error tells besides its name. */
interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly attempts: number;
}

const CREDENTIALS =
  /^(AccessDenied|AllAccessDisabled|AccountProblem|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|CredentialsProviderError|UnrecognizedClientException|InvalidClientTokenId)$/;
/** AWS, MinIO and Ceph have a name each. */
const FULL = /^(InsufficientStorage|XMinioStorageFull|StorageFull|QuotaExceeded)$/;
/** What to do where the store knows no conditional writes. */
export const CONDITIONAL =
  'Use a store with conditional writes (If-None-Match on PutObject), such as Amazon S3, Cloudflare R2, MinIO or versitygw, or file://.';
const REGION =
  /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException|Redirect)$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/;
const NO_ANSWER =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError|ERR_INVALID_URL)$/;

/** What a failed S3 request means to its user. @param object `s3://bucket/key` */
export function s3Error(error: unknown, object: string, bucket: string): KubestairError {
  if (error instanceof KubestairError) return error;
  const failure = describe(error);
  const said = failure.message === '' ? failure.name : failure.message;
  const details = { object, cause: error };
  if (failure.name === 'NoSuchBucket') {
    return new KubestairError('STORE_NOT_FOUND', `the bucket ${bucket} does not exist`, {
      ...details,
      next: 'Create the bucket, or correct spec.backup.store, endpoint and region.',
    });
  }
  if (failure.status === 412) {
    return new KubestairError('BACKUP_EXISTS', `${object} exists already`, {
      ...details,
      next: 'Run the command again: it chooses another id.',
    });
  }
  // The second is what an empty AWS_REGION comes to.
  if (/^Region (is missing|not accepted)/.test(failure.message)) {
    return new KubestairError('STORE_REFUSED', 'no region is set for the backup store', {
      ...details,
      next: 'Set spec.backup.region or AWS_REGION.',
    });
  }
  if (REGION.test(failure.name) || failure.status === 301) {
    return new KubestairError(
      'STORE_REFUSED',
      `the bucket ${bucket} is not in the region that was asked: ${said}`,
      {
        ...details,
        next: 'Correct spec.backup.region (or AWS_REGION) and spec.backup.endpoint.',
      },
    );
  }
  if (failure.name === 'RequestTimeTooSkewed') {
    return new KubestairError(
      'STORE_REFUSED',
      `the clocks of this machine and of the store differ: ${said}`,
      {
        ...details,
        next: 'Set the clock of this machine.',
      },
    );
  }
  if (FULL.test(failure.name) || failure.status === 507) {
    return new KubestairError('STORE_FULL', `the backup store has no room left: ${said}`, {
      ...details,
      next: 'Make room or raise the quota; `kubestair prune` deletes backups by spec.backup.keep. Then run the command again.',
    });
  }
  if (failure.status === 501) {
    return new KubestairError('STORE_UNCONDITIONAL', `the backup store lacks what backups need: ${said}`, {
      ...details,
      next: CONDITIONAL,
    });
  }
  if (CREDENTIALS.test(failure.name) || failure.status === 401 || failure.status === 403) {
    return new KubestairError('STORE_REFUSED', `the backup store refuses access: ${failure.name}: ${said}`, {
      ...details,
      next: `Give the run credentials (AWS_ACCESS_KEY_ID, a profile or a role) that may s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload on ${bucket}/* and s3:ListBucket on ${bucket}.`,
    });
  }
  if (failure.status >= 300 && failure.status < 500 && failure.status !== 409 && failure.status !== 429) {
    return new KubestairError(
      'STORE_REFUSED',
      `the backup store answered with ${failure.status} ${failure.name}: ${said}`,
      {
        ...details,
        next: 'Check that spec.backup.endpoint is an S3 endpoint, and that pathStyle is what it expects.',
      },
    );
  }
  return new KubestairError('STORE_FAILED', `the backup store failed: ${said}`, {
    ...details,
    next: 'Look at the S3 server and the network to it, then run the command again.',
  });
}

/** Before any work, a store that does not answer is bad input: most often a wrong endpoint. */
export function s3ProbeError(error: unknown, url: string, endpoint: string | undefined): unknown {
  if (!(error instanceof KubestairError) || error.code !== 'STORE_FAILED') return error;
  const failure = describe(error.cause);
  const reason = failure.message || failure.code || failure.name;
  const details = { object: endpoint ?? url, cause: error.cause };
  if (CERTIFICATE.test(failure.code)) {
    return new KubestairError(
      'STORE_UNREACHABLE',
      `the certificate of the backup store is not trusted: ${reason}`,
      {
        ...details,
        next: "Name the file of the store's certificate authority in NODE_EXTRA_CA_CERTS.",
      },
    );
  }
  if (!NO_ANSWER.test(failure.code) && !NO_ANSWER.test(failure.name)) return error;
  return new KubestairError('STORE_UNREACHABLE', `the backup store does not answer: ${reason}`, {
    ...details,
    next: 'Check spec.backup.endpoint and that this machine reaches it.',
  });
}

/** Whether a create-only write that found its key taken may have met its own first attempt, whose answer got lost. */
export function mayBeOwnWrite(error: unknown): boolean {
  const { status, attempts } = describe(error);
  return status === 412 && attempts > 1;
}

/** Two create-only writes met (409 ConditionalRequestConflict): S3 asks to send it again. */
export function isConflict(error: unknown): boolean {
  return describe(error).status === 409;
}

export function isMissingKey(error: unknown): boolean {
  const { name, status } = describe(error);
  return name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket');
}

function describe(error: unknown): S3Failure {
  if (!(error instanceof Error))
    return { name: '', message: String(error), code: '', status: 0, attempts: 0 };
  const { name, message, code, $metadata } = error as NodeJS.ErrnoException & {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  };
  return {
    name,
    message,
    code: code ?? '',
    status: $metadata?.httpStatusCode ?? 0,
    attempts: $metadata?.attempts ?? 0,
  };
}
