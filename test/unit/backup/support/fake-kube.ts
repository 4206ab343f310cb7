import { text } from 'node:stream/consumers';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../../src/ports/kube.ts';

export interface FakeKind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind?: string;
  readonly verbs?: readonly string[];
  /** JSON texts. */
  readonly objects: readonly string[];
  /** The version that its lists have, if not the cluster's. */
  readonly ownVersion?: string;
  /** Whether it answers lists at a version of its own whatever is asked, as metrics.k8s.io does. */
  readonly ignoresExact?: boolean;
}

export interface FakeApi {
  readonly kinds: readonly FakeKind[];
  readonly version?: string;
  /** Group versions that discovery calls stale. */
  readonly stale?: readonly { readonly group: string; readonly version: string }[];
  readonly unavailable?: readonly { readonly group: string; readonly version: string }[];
  /** May throw for a request, or answer it. */
  readonly intercept?: (path: URL) => string | undefined;
}

export interface FakeKube extends Kube {
  readonly paths: string[];
}

/** An API server without storage that answers discovery and lists as the real one does. */
export function fakeKube(api: FakeApi): FakeKube {
  const paths: string[] = [];
  const stream = async (request: KubeRequest): Promise<AsyncIterable<Uint8Array>> => {
    request.signal?.throwIfAborted();
    paths.push(request.path);
    const url = new URL(request.path, 'https://fake');
    return inPieces(Buffer.from(api.intercept?.(url) ?? answer(api, url)));
  };
  return {
    server: 'fake:6443',
    context: 'fake',
    paths,
    stream,
    request: async (request) => JSON.parse(await text(await stream(request))),
  };
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
}

function answer(api: FakeApi, url: URL): string {
  if (url.pathname === '/api') return discovery(api, (group) => group === '');
  if (url.pathname === '/apis') return discovery(api, (group) => group !== '');
  if (url.pathname === '/apis/apiregistration.k8s.io/v1/apiservices') return apiServices(api);
  const kind = api.kinds.find((candidate) => collection(candidate) === url.pathname);
  if (!kind) throw new KubeStatusError(404, 'NotFound', 'the server could not find the requested resource');
  return page(kind, api.version ?? '100', url.searchParams);
}

function discovery(api: FakeApi, wanted: (group: string) => boolean): string {
  const versions = [
    ...api.kinds.map(({ group, version }) => ({ group, version })),
    ...(api.stale ?? []),
  ].filter(({ group }) => wanted(group));
  const groups = [...new Set(versions.map(({ group }) => group))];
  const items = groups.map((name) => ({
    metadata: name === '' ? {} : { name },
    versions: [...new Set(versions.filter(({ group }) => group === name).map(({ version }) => version))].map(
      (version) => ({
        version,
        freshness: api.stale?.some((gap) => gap.group === name && gap.version === version)
          ? 'Stale'
          : 'Current',
        resources: api.kinds
          .filter((kind) => kind.group === name && kind.version === version)
          .map(({ resource, kind = resource, verbs = ['get', 'list'] }) => ({
            resource,
            responseKind: { group: '', version: '', kind },
            scope: 'Namespaced',
            verbs,
          })),
      }),
    ),
  }));
  return JSON.stringify({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items,
  });
}

function apiServices({ unavailable = [] }: FakeApi): string {
  const items = [
    { spec: { group: 'apps', version: 'v1' }, status: {} },
    ...unavailable.map((spec) => ({
      spec: { ...spec, service: { name: 'dead', namespace: 'default' } },
      status: { conditions: [{ type: 'Available', status: 'False', message: 'no endpoints' }] },
    })),
  ];
  return JSON.stringify({ items });
}

function collection({ group, version, resource }: FakeKind): string {
  return `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`;
}

function page(kind: FakeKind, current: string, query: URLSearchParams): string {
  const own = kind.ownVersion ?? current;
  const asked = query.get('resourceVersion');
  if (asked !== null && kind.ownVersion !== undefined && !kind.ignoresExact) {
    throw new KubeStatusError(400, 'BadRequest', 'resourceVersionMatch is not known');
  }
  const [startText = '0', pinned] = (query.get('continue') ?? '0').split('@');
  const version = pinned ?? (kind.ignoresExact ? own : (asked ?? own));
  const start = Number(startText);
  const end = start + Number(query.get('limit') ?? kind.objects.length);
  const more = end < kind.objects.length ? `,"continue":"${end}@${version}"` : '';
  return `{"kind":"List","metadata":{"resourceVersion":"${version}"${more}},"items":[${kind.objects.slice(start, end).join(',')}]}\n`;
}
