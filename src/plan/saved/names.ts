/** Where names stand in an observation, whatever parts it will have: by the conventions that its types keep to. */

export type Json = Readonly<Record<string, unknown>>;

/** Names that say nothing about whose cluster it is: Kubernetes' own. */
const PUBLIC: ReadonlySet<string> = new Set([
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'],
  ...[
    'kube-apiserver',
    'kube-controller-manager',
    'kube-scheduler',
    'kube-proxy',
    'etcd',
    'coredns',
    'kube-dns',
  ],
  ...[
    'kubelet',
    'kubeadm',
    'kubectl',
    'kubernetes',
    'control-plane',
    'worker',
    'master',
    'localhost',
    'hosts',
  ],
]);

/** What is named, by the key that the name is found under. */
const NAMED_BY: Readonly<Record<string, string>> = {
  namespace: 'namespace',
  namespaces: 'namespace',
  node: 'node',
  pod: 'pod',
  controller: 'owner',
  workload: 'owner',
  object: 'object',
  member: 'node',
  claims: 'volume',
  address: 'host',
  user: 'user',
  by: 'manager',
  cordonedBy: 'run',
  hostPaths: 'volume',
  emptyDirs: 'volume',
  id: 'id',
  // Where something is written: the path alone can say whose it is.
  file: 'file',
};

/** Keys whose texts come from a fixed list, or are no names by nature. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    'kind',
    'role',
    'phase',
    'state',
    'severity',
    'check',
    'code',
    'operator',
    'effect',
    'topology',
    'cgroup',
    'os',
  ],
  ...[
    'osImage',
    'containerRuntime',
    'strategy',
    'provider',
    'format',
    'api',
    'apiVersion',
    'resource',
    'verbs',
    'trace',
  ],
  ...['program', 'version', 'kubelet', 'topologyKey', 'tool'],
]);

/** The keys of such a map are names themselves. */
const KEYED_BY: Readonly<Record<string, string>> = { addresses: 'node', volumes: 'volume' };

export function isWord(key: string): boolean {
  return WORDS.has(key);
}

/** One segment of a name: of `Deployment/shop/web` there are three. */
const SEGMENT = /[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g;
const KIND_OR_VERSION = /^(?:[A-Z][A-Za-z]+|v\d+(?:(?:alpha|beta)\d+)?|v?\d+(?:\.\d+)*)$/;

/** Every private name of a document with what it names. */
export function collectNames(document: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (text: string, what: string): void => {
    const names = what === 'file' ? [text] : namesIn(text);
    for (const name of names) if (!found.has(name)) found.set(name, what);
  };
  const visit = (value: unknown, key: string, within: Json): void => {
    if (typeof value === 'string') {
      const what = whatIsNamed(key, within);
      if (what !== undefined) add(value, what);
    } else if (Array.isArray(value)) {
      for (const inner of value) visit(inner, key, within);
    } else if (isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) {
        const keyed = KEYED_BY[key];
        if (keyed !== undefined) add(name, keyed);
        visit(inner, name, value);
      }
    }
  };
  visit(document, '', {});
  return found;
}

/** A key called `name` names an object where it stands beside what objects have. */
function whatIsNamed(key: string, within: Json): string | undefined {
  if (key !== 'name') return NAMED_BY[key];
  if ('kubelet' in within || 'learner' in within) return 'node';
  if ('phase' in within) return 'pod';
  if ('provider' in within) return 'cluster';
  return 'namespace' in within || /^[A-Z]/.test(String(within.kind ?? '')) ? 'name' : undefined;
}

function namesIn(text: string): readonly string[] {
  return (text.match(SEGMENT) ?? []).filter((name) => !PUBLIC.has(name) && !KIND_OR_VERSION.test(name));
}

/** A text with every known name in it replaced, and hosts and addresses too. */
export function replaceNames(text: string, pseudonyms: ReadonlyMap<string, string>): string {
  const whole = pseudonyms.get(text);
  if (whole !== undefined) return whole;
  return text
    .replaceAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, (address) => pseudonyms.get(address) ?? '192.0.2.1')
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@"']+@)?([^\s/:"']+)/gi, (url, scheme, _user, host) =>
      /(^|\.)k8s\.io$/.test(host) ? url : `${scheme}${pseudonyms.get(host) ?? 'host.example'}`,
    )
    .replaceAll(/[\w.+-]+@(?=[\w[])/g, 'user@')
    .replaceAll(SEGMENT, (name) => pseudonyms.get(name) ?? ofStaticPod(name, pseudonyms));
}

// The kubelet names a static pod after its manifest and the node.
function ofStaticPod(name: string, pseudonyms: ReadonlyMap<string, string>): string {
  for (const component of PUBLIC) {
    const node = name.startsWith(`${component}-`)
      ? pseudonyms.get(name.slice(component.length + 1))
      : undefined;
    if (node !== undefined) return `${component}-${node}`;
  }
  return name;
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
