import { get, listWhole } from '../cluster/api.ts';
import type { Condition, ObjectMeta } from '../cluster/objects.ts';
import type { Kube } from '../ports/kube.ts';
import type { Question } from './gather.ts';

interface NodeSeen {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: { readonly kubeletVersion: string };
  };
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode: number; readonly message?: string };
}

interface PodSeen {
  readonly metadata: ObjectMeta;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state?: ContainerState;
      readonly lastState?: ContainerState;
    }[];
  };
}

interface EventSeen {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject: { readonly kind: string; readonly namespace?: string; readonly name: string };
}

/** A dossier is read by people: the newest of what repeats is enough. */
const mostEvents = 60;

/** What the API server says of the cluster and of the nodes that a run stopped at. */
export function clusterQuestions(kube: Kube, nodes: readonly string[]): readonly Question[] {
  return [
    {
      title: 'Nodes',
      ask: async (signal) => {
        const all = await listWhole<NodeSeen>(kube, '/api/v1/nodes', signal);
        return all.map(nodeLine).join('\n');
      },
    },
    ...nodes.flatMap((node) => questionsOfNode(kube, node)),
    {
      title: 'Warnings of the cluster, the newest first',
      ask: async (signal) => eventLines(await eventsOf(kube, 'type=Warning', signal)),
    },
  ];
}

function questionsOfNode(kube: Kube, node: string): readonly Question[] {
  return [
    {
      title: `Node/${node}: conditions and taints`,
      ask: async (signal) => {
        const seen = await get<NodeSeen>(kube, `/api/v1/nodes/${encodeURIComponent(node)}`, { signal });
        const conditions = (seen.status?.conditions ?? []).map(conditionLine);
        const taints = (seen.spec?.taints ?? []).map(({ key, effect }) => `taint ${key}:${effect}`);
        return [nodeLine(seen), ...conditions, ...taints].join('\n');
      },
    },
    {
      title: `Node/${node}: pods that are not ready`,
      ask: async (signal) => {
        const selectors = { fieldSelector: `spec.nodeName=${node}` };
        const pods = await listWhole<PodSeen>(kube, '/api/v1/pods', signal, selectors);
        const troubled = pods.filter((pod) => !isReady(pod) || pod.metadata.deletionTimestamp !== undefined);
        return [
          `${pods.length} pods, ${troubled.length} of them not ready`,
          ...troubled.flatMap(podLines),
        ].join('\n');
      },
    },
    {
      title: `Node/${node}: events, the newest first`,
      ask: async (signal) =>
        eventLines(await eventsOf(kube, `involvedObject.kind=Node,involvedObject.name=${node}`, signal)),
    },
  ];
}

function eventsOf(kube: Kube, fieldSelector: string, signal: AbortSignal): Promise<readonly EventSeen[]> {
  return listWhole<EventSeen>(kube, '/api/v1/events', signal, { fieldSelector });
}

function eventLines(events: readonly EventSeen[]): string {
  const at = ({ lastTimestamp, eventTime }: EventSeen): string => lastTimestamp ?? eventTime ?? '';
  const sorted = events.toSorted((a, b) => (at(a) < at(b) ? 1 : -1));
  const lines = sorted.slice(0, mostEvents).map((event) => {
    const { kind, namespace, name } = event.involvedObject;
    const object = [kind, namespace, name].filter((part) => part !== undefined).join('/');
    const times = (event.count ?? 1) > 1 ? ` (${event.count} times)` : '';
    return `${at(event)} ${event.type ?? ''} ${event.reason ?? ''} ${object}: ${event.message ?? ''}${times}`;
  });
  const rest = sorted.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} older ones`] : [])].join('\n') || 'none';
}

function nodeLine({ metadata, spec, status }: NodeSeen): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = ready?.status === 'True' ? 'Ready' : `NotReady (${ready?.reason ?? 'no condition'})`;
  const cordon = spec?.unschedulable === true ? ',SchedulingDisabled' : '';
  return `${metadata.name} ${state}${cordon} ${status?.nodeInfo?.kubeletVersion ?? ''}`;
}

function conditionLine({ type, status, reason = '', message = '', lastTransitionTime }: Condition): string {
  return `${type}=${status} since ${lastTransitionTime ?? '?'}: ${reason}: ${message}`;
}

function isReady({ status }: PodSeen): boolean {
  if (status?.phase === 'Succeeded') return true;
  return status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
}

function podLines({ metadata, status }: PodSeen): readonly string[] {
  const going =
    metadata.deletionTimestamp === undefined ? '' : `, terminating since ${metadata.deletionTimestamp}`;
  const why = [status?.reason, status?.message].filter((text) => text !== undefined).join(': ');
  const containers = (status?.containerStatuses ?? [])
    .filter(({ ready }) => !ready)
    .map(
      ({ name, restartCount, state, lastState }) =>
        `  ${name}: ${stateText(state)}, ${restartCount} restarts${lastState?.terminated === undefined ? '' : `, before: ${stateText(lastState)}`}`,
    );
  return [
    `${metadata.namespace}/${metadata.name} ${status?.phase ?? '?'}${going}${why === '' ? '' : `: ${why}`}`,
    ...containers,
  ];
}

function stateText(state: ContainerState | undefined): string {
  if (state?.waiting !== undefined)
    return `waiting: ${state.waiting.reason ?? ''} ${state.waiting.message ?? ''}`.trim();
  if (state?.terminated !== undefined)
    return `ended with ${state.terminated.exitCode} (${state.terminated.reason ?? ''}) ${state.terminated.message ?? ''}`.trim();
  return 'running';
}
