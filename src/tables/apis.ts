import { API_ROWS } from './data/apis.ts';

/** An API version of a kind that Kubernetes itself serves or served, and that has a release to go with. */
export interface DeprecatedApi {
  /** `group/version`; `v1` alone would be the core group. */
  readonly api: string;
  readonly kind: string;
  readonly resource: string;
  /** Minor such as `1.34`; absent where no source names one, as for alphas that went without notice. */
  readonly deprecatedIn?: string;
  /** First minor that does not serve it. */
  readonly removedIn: string;
  /** `group/version` to use instead; absent where there is none. */
  readonly replacement?: string;
  /** First minor with the replacement; absent where it is as old as this one. */
  readonly replacementSince?: string;
}

/**
 * Every one of them. Source: the lifecycles in k8s.io/api, k8s.io/apiextensions-apiserver and k8s.io/kube-aggregator, the discovery
 * documents in k8s.io/kubernetes, and for what is older the deprecation guide.
 */
export const DEPRECATED_APIS: readonly DeprecatedApi[] = API_ROWS.trim()
  .split('\n')
  .map((row) => {
    const [api = '', kind = '', resource = '', deprecatedIn, removedIn = '', replacement, replacementSince] =
      row.split(' ').map((cell) => (cell === '-' ? undefined : cell));
    return {
      ...{ api, kind, resource, removedIn },
      ...(deprecatedIn !== undefined && { deprecatedIn }),
      ...(replacement !== undefined && { replacement }),
      ...(replacementSince !== undefined && { replacementSince }),
    };
  });

const byKind = new Map(DEPRECATED_APIS.map((entry) => [`${entry.api} ${entry.kind}`, entry]));
const byResource = new Map(DEPRECATED_APIS.map((entry) => [`${entry.api} ${entry.resource}`, entry]));

/** @param api `group/version`, as in an object's apiVersion */
export function deprecatedKind(api: string, kind: string): DeprecatedApi | undefined {
  return byKind.get(`${api} ${kind}`);
}

/** @param api `group/version` */
export function deprecatedResource(api: string, resource: string): DeprecatedApi | undefined {
  return byResource.get(`${api} ${resource}`);
}

/** As kubectl takes it: `volumeattributesclasses.v1beta1.storage.k8s.io`. */
export function resourceName({ api, resource }: Pick<DeprecatedApi, 'api' | 'resource'>): string {
  const [group = '', version = ''] = api.split('/');
  return `${resource}.${version}.${group}`;
}
