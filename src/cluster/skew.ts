import type { VersionText } from './observation.ts';
import { isAtLeastMinor, minorsBetween, newestOf, oldestOf } from './version.ts';

export type SkewKind =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'cloud-controller-manager'
  | 'kubelet'
  | 'kube-proxy'
  | 'kubectl';

/** One running thing that has a version. */
export interface SkewComponent {
  readonly kind: SkewKind;
  /** As kubectl would name it. */
  readonly object: string;
  /** Absent for what runs on no node of the cluster. */
  readonly node?: string;
  readonly version: VersionText;
  /** `local`: the API server of its own node, if there is one; `any`: whichever a load balancer picks. */
  readonly talksTo: 'local' | 'any';
}

export interface SkewProblem {
  readonly rule: SkewRuleId;
  readonly object: string;
  readonly message: string;
}

type SkewRuleId = 'apiservers-together' | 'not-newer' | 'not-too-old' | 'proxy-near-kubelet' | 'kubectl-near';

const POLICY = 'https://kubernetes.io/releases/version-skew-policy/';

/** Section of the policy that speaks of a kind of component. */
const SECTIONS: Readonly<Record<SkewKind, string>> = {
  'kube-apiserver': 'kube-apiserver',
  'kube-controller-manager': 'kube-controller-manager-kube-scheduler-and-cloud-controller-manager',
  'kube-scheduler': 'kube-controller-manager-kube-scheduler-and-cloud-controller-manager',
  'cloud-controller-manager': 'kube-controller-manager-kube-scheduler-and-cloud-controller-manager',
  kubelet: 'kubelet',
  'kube-proxy': 'kube-proxy',
  kubectl: 'kubectl',
};

/**
 * Everything that is outside the version skew policy in a mix of components. Only minors count: the policy says nothing of patches.
 * Clients are measured against every API server that they may reach: the oldest caps them, the newest sets the floor.
 */
export function skewProblems(components: readonly SkewComponent[]): readonly SkewProblem[] {
  const servers = components.filter(({ kind }) => kind === 'kube-apiserver');
  if (servers.length === 0) return [];
  return [
    ...apiServersTogether(servers),
    ...components.flatMap((component) => clientProblems(component, servers)),
    ...proxiesNearKubelets(components),
  ];
}

/** In a highly available control plane the newest and oldest API servers are within one minor. Source: policy, "kube-apiserver". */
function apiServersTogether(servers: readonly SkewComponent[]): readonly SkewProblem[] {
  const oldest = oldestOf(versionsOf(servers));
  if (oldest === undefined) return [];
  return servers
    .filter(({ version }) => minorsBetween(oldest, version) > 1)
    .map((server) =>
      problem(
        'apiservers-together',
        server,
        `is more than one minor newer than the oldest API server (${oldest})`,
      ),
    );
}

function clientProblems(client: SkewComponent, servers: readonly SkewComponent[]): readonly SkewProblem[] {
  const reached = serversOf(client, servers);
  const [oldest, newest] = [oldestOf(versionsOf(reached)), newestOf(versionsOf(reached))];
  if (oldest === undefined || newest === undefined) return [];
  switch (client.kind) {
    case 'kube-apiserver':
      return [];
    case 'kubectl':
      return kubectlNear(client, oldest, newest);
    default:
      return [...notNewer(client, oldest), ...notTooOld(client, newest)];
  }
}

/** No component is newer than an API server that it talks to. Source: policy, "kubelet", "kube-proxy", "kube-controller-manager, …". */
function notNewer(client: SkewComponent, oldest: VersionText): readonly SkewProblem[] {
  if (minorsBetween(oldest, client.version) <= 0) return [];
  return [problem('not-newer', client, `is newer than an API server that it talks to (${oldest})`)];
}

/** Source: policy; kubelet and kube-proxy may be three minors older, two before 1.25; controllers and scheduler one. */
function notTooOld(client: SkewComponent, newest: VersionText): readonly SkewProblem[] {
  const allowed = minorsOlderAllowed(client);
  if (minorsBetween(client.version, newest) <= allowed) return [];
  return [
    problem(
      'not-too-old',
      client,
      `is more than ${minors(allowed)} older than an API server that it talks to (${newest})`,
    ),
  ];
}

/** Source: policy, "kube-proxy": three minors from the kubelet beside it either way, two before 1.25. */
function proxiesNearKubelets(components: readonly SkewComponent[]): readonly SkewProblem[] {
  const kubelets = new Map(
    components.filter(({ kind }) => kind === 'kubelet').map((kubelet) => [kubelet.node, kubelet.version]),
  );
  return components
    .filter(({ kind }) => kind === 'kube-proxy')
    .flatMap((proxy) => {
      const kubelet = kubelets.get(proxy.node);
      if (kubelet === undefined) return [];
      const allowed = minorsOlderAllowed(proxy);
      if (Math.abs(minorsBetween(kubelet, proxy.version)) <= allowed) return [];
      return [
        problem(
          'proxy-near-kubelet',
          proxy,
          `is more than ${minors(allowed)} away from the kubelet beside it (${kubelet})`,
        ),
      ];
    });
}

/** Source: policy, "kubectl": within one minor of every API server, older or newer. */
function kubectlNear(
  client: SkewComponent,
  oldest: VersionText,
  newest: VersionText,
): readonly SkewProblem[] {
  const far = [oldest, newest].find((server) => Math.abs(minorsBetween(server, client.version)) > 1);
  if (far === undefined) return [];
  return [problem('kubectl-near', client, `is more than one minor away from an API server (${far})`)];
}

function minorsOlderAllowed({ kind, version }: SkewComponent): number {
  if (kind !== 'kubelet' && kind !== 'kube-proxy') return 1;
  return isAtLeastMinor(version, '1.25') ? 3 : 2;
}

function serversOf(client: SkewComponent, servers: readonly SkewComponent[]): readonly SkewComponent[] {
  if (client.talksTo === 'any') return servers;
  const local = servers.filter(({ node }) => node !== undefined && node === client.node);
  return local.length > 0 ? local : servers;
}

function versionsOf(components: readonly SkewComponent[]): readonly VersionText[] {
  return components.map(({ version }) => version);
}

function minors(count: number): string {
  return count === 1 ? 'one minor' : `${count} minors`;
}

function problem(rule: SkewRuleId, { kind, version, object }: SkewComponent, text: string): SkewProblem {
  const message = `${kind} ${version} ${text}; rule ${rule} of ${POLICY}#${SECTIONS[kind]}`;
  return { rule, object, message };
}
