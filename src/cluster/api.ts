import { KubestairError } from '../errors.ts';
import { type Kube, type KubeRequest, KubeStatusError } from '../ports/kube.ts';

const PAGE = 500;

interface Page<T> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly T[];
}

/** Asks for the metadata of objects alone. Source: kubernetes.io "API concepts", metadata-only fetches. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * Every object of a list, page by page.
 * @param path without query, for example `/api/v1/pods`
 * @param selectors `fieldSelector` and `labelSelector`
 * @param accept for example METADATA_ONLY
 * @throws KubestairError KUBE_REQUEST and what the port throws
 */
export async function* listAll<T>(
  kube: Kube,
  path: string,
  signal?: AbortSignal,
  selectors: Readonly<Record<string, string>> = {},
  accept?: string,
): AsyncGenerator<T> {
  let token = '';
  do {
    const query = new URLSearchParams({
      ...selectors,
      limit: String(PAGE),
      ...(token === '' ? {} : { continue: token }),
    });
    const page = await get<Page<T>>(kube, `${path}?${query}`, {
      signal,
      ...(accept !== undefined && { accept }),
    });
    yield* page.items ?? [];
    token = page.metadata?.continue ?? '';
  } while (token !== '');
}

/** listAll() at once, for kinds that a cluster has few of. @throws like listAll() */
export async function listWhole<T>(
  kube: Kube,
  path: string,
  signal?: AbortSignal,
  selectors: Readonly<Record<string, string>> = {},
): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of listAll<T>(kube, path, signal, selectors)) items.push(item);
  return items;
}

/**
 * One object. The caller names its form: the API server is trusted to answer in its own schema.
 * @throws KubestairError KUBE_REQUEST, with the API server's own words, and what the port throws
 */
export async function get<T>(
  kube: Kube,
  path: string,
  options: Pick<KubeRequest, 'signal' | 'retries' | 'accept'> = {},
): Promise<T> {
  try {
    return (await kube.request({ path, ...options })) as T;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError) throw asRequestError(thrown, `GET ${path}`);
    throw thrown;
  }
}

/** One object, or undefined where there is none of that name. @throws like get() */
export async function getIfThere<T>(
  kube: Kube,
  path: string,
  options: Pick<KubeRequest, 'signal' | 'retries'> = {},
): Promise<T | undefined> {
  try {
    return await get<T>(kube, path, options);
  } catch (thrown) {
    const refusal = thrown instanceof KubestairError ? thrown.cause : undefined;
    if (refusal instanceof KubeStatusError && refusal.status === 404) return undefined;
    throw thrown;
  }
}

/** A refusal of the API server as an error that a person can act on. */
export function asRequestError(refusal: KubeStatusError, request: string): KubestairError {
  const what = `The API server answered ${request} with ${refusal.status} ${refusal.reason}`.trim();
  const next =
    refusal.status === 403
      ? 'Allow it with RBAC: the user of the kubeconfig needs this verb on this resource.'
      : 'Look at the API server and its log, then run the same command again.';
  return new KubestairError('KUBE_REQUEST', `${what}: ${refusal.message}`, {
    object: request,
    next,
    cause: refusal,
  });
}
