import { asRequestError } from '../cluster/api.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';

export interface PageOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Objects in one answer. */
  readonly limit: number;
  /** As PartialObjectMetadata, without spec, status and data. */
  readonly metadataOnly?: true;
  readonly signal?: AbortSignal | undefined;
}

interface Page<T> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly T[];
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/**
 * Objects of a list as they come, no more than a page of them at a time.
 * @throws KubestairError KUBE_REQUEST and what the port throws
 */
export async function* pages<T>(kube: Kube, path: string, options: PageOptions): AsyncGenerator<T> {
  let token = '';
  do {
    const query = new URLSearchParams({
      ...options.query,
      limit: String(options.limit),
      ...(token === '' ? {} : { continue: token }),
    });
    const page = await request<Page<T>>(kube, `${path}?${query}`, options);
    yield* page.items ?? [];
    token = page.metadata?.continue ?? '';
  } while (token !== '');
}

async function request<T>(kube: Kube, path: string, { metadataOnly, signal }: PageOptions): Promise<T> {
  try {
    return (await kube.request({
      path,
      signal,
      ...(metadataOnly === true && { accept: METADATA_ONLY }),
    })) as T;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError) throw asRequestError(thrown, `GET ${path.replace(/\?.*/, '')}`);
    throw thrown;
  }
}
