import { JOINING } from '../../../../src/cluster/mapping.ts';
import { KubestairError } from '../../../../src/errors.ts';
import type { Step } from '../../../../src/plan/plan.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import { BOOT_ID } from '../../../../src/providers/kubeadm/maintenance/scripts.ts';
import { IS_JOINED } from '../../../../src/providers/kubeadm/replace/scripts.ts';
import type { FakeCluster } from '../fake-cluster.ts';

/** What a host keeps for itself, apart from its units. */
interface HostState {
  joined: boolean;
  /** The configuration of a join, with its token. */
  joinFile: string | undefined;
  boot: number;
  /** When it is back from its restart. */
  backAt: number;
  rebootAsked: boolean;
  updates: number;
  record: { readonly id: string; before: string; system: boolean; closed: boolean } | undefined;
}

export interface HostStates {
  /** Answers what is no unit, as the scripts of joins and of maintenance would. */
  answer(host: string, script: string): string;
  /** What a unit of a join, a reset or a maintenance does; undefined for other steps. */
  effectOf(step: Step, violations: string[]): (() => void) | undefined;
  /** Hosts in the order in which they were restarted. */
  readonly restarted: readonly string[];
  /** Files with tokens that lie on hosts. */
  tokenFiles(): readonly string[];
}

const RESTART_MILLISECONDS = 25_000;

/** @param inCluster hosts that are nodes from the beginning */
export function hostStates(clock: Clock, cluster: FakeCluster, inCluster: readonly string[]): HostStates {
  const states = new Map<string, HostState>();
  const restarted: string[] = [];
  const stateOf = (host: string): HostState => {
    const state: HostState = states.get(host) ?? {
      joined: inCluster.includes(host),
      joinFile: undefined,
      boot: 1,
      backAt: 0,
      rebootAsked: true,
      updates: 2,
      record: undefined,
    };
    states.set(host, state);
    return state;
  };
  const bootOf = ({ boot }: HostState) => `boot-${boot}`;
  const look = ({ record, rebootAsked, updates, ...state }: HostState): string =>
    [
      `boot ${bootOf({ record, rebootAsked, updates, ...state })}`,
      ...(record === undefined
        ? []
        : [`record ${record.id} ${record.before} ${yes(record.system)} ${yes(record.closed)}`]),
      ...(rebootAsked ? ['asked a restart is required'] : []),
      ...Array.from({ length: updates }, (_, index) => `update package-${index}`),
    ].join('\n');
  const restart = (host: string, state: HostState): void => {
    if (state.record?.before !== bootOf(state)) return;
    restarted.push(host);
    state.boot += 1;
    state.rebootAsked = false;
    state.backAt = clock.now().getTime() + RESTART_MILLISECONDS;
    const node = cluster.nodes.get(host);
    if (node !== undefined) node.bootId = bootOf(state);
  };
  return {
    restarted,
    tokenFiles: () => [...states].flatMap(([host, { joinFile }]) => (joinFile === undefined ? [] : [host])),
    answer(host, script) {
      const state = stateOf(host);
      if (clock.now().getTime() < state.backAt) {
        throw new KubestairError('HOST_UNREACHABLE', `${host} restarts`);
      }
      if (script === IS_JOINED) return state.joined ? 'joined' : 'free';
      if (script === BOOT_ID) return bootOf(state);
      if (script.includes('systemctl reboot')) restart(host, state);
      else if (script.includes('/closed\n')) state.record = { ...recordOf(state), closed: true };
      else if (script.includes('/join.yaml')) state.joinFile = script;
      else if (script.includes('reboot_asked')) return look(state);
      return '';
    },
    effectOf({ kind, node: name = '', maintenance = '', hop }, violations) {
      const state = stateOf(name);
      switch (kind) {
        case 'join':
          return () => {
            const { joinFile = '' } = state;
            state.joinFile = undefined;
            if (state.joined) return;
            const isKnown = [...cluster.secrets.values()].some((data) =>
              joinFile.includes(data['token-secret'] ?? '-'),
            );
            if (!isKnown) violations.push(`${name} joins with a token that nobody knows`);
            state.joined = true;
            const taints = [{ key: JOINING, effect: 'NoSchedule' }];
            cluster.addNode(name, { kubelet: hop.to, taints, address: `addr-${name}` });
            cluster.addPod(`proxy-${name}`, name, { owner: 'DaemonSet/proxy', labels: { app: 'proxy' } });
          };
        case 'reset':
          return () => {
            const left = cluster.podsOn(name).filter((pod) => !pod.startsWith('proxy-'));
            if (left.length > 0) violations.push(`${name} is reset although ${left} is there`);
            state.joined = false;
            const node = cluster.nodes.get(name);
            if (node !== undefined) node.ready = false;
          };
        case 'prepare':
          return () => {
            state.record = { id: maintenance, before: bootOf(state), system: false, closed: false };
          };
        case 'system':
          return () => {
            const left = cluster.podsOn(name).filter((pod) => !pod.startsWith('proxy-'));
            if (left.length > 0) violations.push(`${name} is updated although ${left} is there`);
            state.updates = 0;
            state.record = { ...recordOf(state), before: bootOf(state), system: true };
          };
        default:
          return undefined;
      }
    },
  };
}

function recordOf({ record }: HostState): NonNullable<HostState['record']> {
  if (record === undefined) throw new Error('the host knows of no maintenance');
  return record;
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
