import type { Container, PodObject, PodSpec, RawAffinityTerm } from './objects.ts';
import type { LabelSelector } from './observation.ts';
import { milliOf } from './quantity.ts';
import type {
  HostPort,
  NodeTerm,
  PodDemand,
  PodTerm,
  Resources,
  SpreadConstraint,
  Toleration,
} from './scheduling.ts';

/** A selector that is left out selects no pod (metav1.LabelSelectorAsSelector of nil). */
const NOTHING: LabelSelector = { matchExpressions: [{ key: '', operator: 'In', values: [] }] };

/** Resources that can be set for a pod as a whole. Source: k8s.io/component-helpers/resource/helpers.go, v0.36. */
const POD_LEVEL = /^(?:cpu|memory|hugepages-.*)$/;

/**
 * What a pod asks of a node.
 * @param bound a pod that never goes elsewhere (of a DaemonSet, a static one): of it only what collides with others is kept
 */
export function demandOf({ metadata, spec = {} }: PodObject, bound: boolean): PodDemand {
  const common = {
    requests: requestsOf(spec),
    hostPorts: hostPortsOf(spec),
    antiAffinity: (spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (term) => toTerm(term, metadata.namespace ?? ''),
    ),
    graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
  };
  if (bound) {
    return {
      ...common,
      tolerations: [],
      nodeSelector: {},
      affinity: [],
      spread: [],
      hostPaths: [],
      devices: false,
    };
  }
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return {
    ...common,
    tolerations: (spec.tolerations ?? []).map(toToleration),
    nodeSelector: spec.nodeSelector ?? {},
    ...(terms !== undefined && { nodeTerms: terms.map(toNodeTerm) }),
    affinity: (spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
      toTerm(term, metadata.namespace ?? ''),
    ),
    spread: spreadOf(spec, metadata.labels ?? {}),
    hostPaths: (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name),
    devices: (spec.resourceClaims ?? []).length > 0,
  };
}

/** A term of node affinity, of pods and PersistentVolumes alike, with its omitted lists filled in. */
export function toNodeTerm({ matchExpressions = [], matchFields = [] }: Partial<NodeTerm>): NodeTerm {
  const filled = ({ key, operator, values = [] }: Partial<NodeTerm['matchFields'][number]>) => ({
    key: key ?? '',
    operator: operator ?? '',
    values,
  });
  return { matchExpressions: matchExpressions.map(filled), matchFields: matchFields.map(filled) };
}

/** Source: k8s.io/component-helpers/resource/helpers.go, v0.36 (PodRequests, AggregateContainerRequests). */
function requestsOf({ containers = [], initContainers = [], resources, overhead }: PodSpec): Resources {
  const total: Record<string, number> = {};
  for (const container of containers) add(total, container.resources?.requests);
  const sidecars: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const container of initContainers) {
    const sidecar = container.restartPolicy === 'Always';
    if (sidecar) {
      add(total, container.resources?.requests);
      add(sidecars, container.resources?.requests);
    }
    const running = { ...sidecars };
    if (!sidecar) add(running, container.resources?.requests);
    for (const [name, amount] of Object.entries(running)) {
      starting[name] = Math.max(starting[name] ?? 0, amount);
    }
  }
  for (const [name, amount] of Object.entries(starting)) total[name] = Math.max(total[name] ?? 0, amount);
  for (const [name, quantity] of Object.entries(resources?.requests ?? {})) {
    if (POD_LEVEL.test(name)) total[name] = milliOf(quantity);
  }
  add(total, overhead);
  return total;
}

function add(sum: Record<string, number>, list: Readonly<Record<string, string>> | undefined): void {
  for (const name in list) sum[name] = (sum[name] ?? 0) + milliOf(list[name] ?? 0);
}

function hostPortsOf({ containers = [], initContainers = [] }: PodSpec): readonly HostPort[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }: Container) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
      hostPort === 0 ? [] : [{ port: hostPort, protocol, address: hostIP === '0.0.0.0' ? '' : hostIP }],
    ),
  );
}

/** Terms that choose namespaces by their labels are taken for those that they name: labels of namespaces are not read. */
function toTerm(
  { topologyKey, labelSelector, namespaces, namespaceSelector }: RawAffinityTerm,
  own: string,
): PodTerm {
  const everywhere = namespaceSelector !== undefined && Object.keys(namespaceSelector).length === 0;
  const named = namespaces === undefined || namespaces.length === 0 ? [own] : namespaces;
  return {
    topologyKey,
    selector: labelSelector ?? NOTHING,
    ...(!everywhere && { namespaces: named }),
  };
}

function spreadOf(
  { topologySpreadConstraints = [] }: PodSpec,
  labels: Readonly<Record<string, string>>,
): readonly SpreadConstraint[] {
  return topologySpreadConstraints
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map((constraint) => ({
      topologyKey: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      minDomains: constraint.minDomains ?? 1,
      selector: withKeys(constraint.labelSelector ?? NOTHING, constraint.matchLabelKeys ?? [], labels),
      allNodes: constraint.nodeAffinityPolicy === 'Ignore',
      honorTaints: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

/** Source: k8s.io/api/core/v1, TopologySpreadConstraint.matchLabelKeys: keys that the pod does not have are ignored. */
function withKeys(
  selector: LabelSelector,
  keys: readonly string[],
  labels: Readonly<Record<string, string>>,
): LabelSelector {
  const own = keys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  if (own.length === 0) return selector;
  return { ...selector, matchLabels: { ...selector.matchLabels, ...Object.fromEntries(own) } };
}

function toToleration({ key, operator, value, effect, tolerationSeconds }: Toleration): Toleration {
  return {
    ...(key !== undefined && { key }),
    ...(operator !== undefined && { operator }),
    ...(value !== undefined && { value }),
    ...(effect !== undefined && effect !== '' && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  };
}
