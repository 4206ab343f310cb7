import type { NodeObservation, Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { batchesOf } from '../plan/batches.ts';
import { drainPolicy } from '../plan/drain-policy.ts';
import type { Hop, Step, StepKind } from '../plan/plan.ts';
import type { NodeDue } from './due.ts';
import { withMaintenanceGates } from './user-steps.ts';

/** Estimates for a forecast, not limits. */
const EXPECTED_SECONDS: Partial<Record<StepKind, number>> = {
  backup: 60,
  prepare: 30,
  quorum: 5,
  drain: 60,
  system: 60,
  reboot: 60,
  ready: 30,
  uncordon: 2,
  settle: 20,
  close: 2,
};

export interface StepsInput {
  readonly observation: Observation;
  readonly config: ClusterConfig;
  readonly due: ReadonlyMap<string, NodeDue>;
  /** Name of the maintenance in the records of the hosts. */
  readonly maintenance: string;
}

/**
 * A backup where a control plane is touched, then what needs no drain on all hosts, then control planes one by one with etcd whole
 * before and after each, its leader last, then workers in batches, with the gates and hooks of the cluster file around each node and around
 * all of them, and in the end the records of the hosts are closed.
 */
export function maintenanceSteps(input: StepsInput): readonly Step[] {
  const { observation, config, due } = input;
  const named = (select: (due: NodeDue) => boolean) =>
    observation.nodes.filter(({ name }) => {
      const own = due.get(name);
      return own !== undefined && select(own);
    });
  const busy = named(({ work, uncordon }) => work || uncordon);
  const controlPlanes = leaderLast(
    busy.filter(({ role }) => role === 'control-plane'),
    observation,
  );
  const workers = observation.nodes.filter(({ role }) => role === 'worker');
  const busyWorkers = busy.filter(({ role }) => role === 'worker');
  const batches = batchesOf(busyWorkers, workers, config.workers);
  const units = [
    ...controlPlanes.map((node) => controlPlaneUnit(node, input)),
    ...batches.map(({ nodes }, index) => workerUnit(nodes, index + 1, input)),
  ];
  const inOrder = [...controlPlanes, ...batches.flatMap(({ nodes }) => nodes)];
  const isDue = (part: 'prepare' | 'work') => (node: NodeObservation) => due.get(node.name)?.[part] === true;
  const work = [...inOrder.filter(isDue('prepare')).map((node) => prepareStep(node, input)), ...units.flat()];
  const { apiServerVersion: version, nodes, owed = [] } = observation;
  const hop = { from: version, to: version };
  return [
    ...(controlPlanes.some(isDue('work')) ? [backupStep(observation)] : []),
    ...withMaintenanceGates(work, config, { owed, nodes, hop }),
    ...named(({ close }) => close).map((node) => closeStep(node, input)),
  ];
}

/** What a run began with comes first, then by name; the host of etcd's leader last, so that leadership moves once. */
function leaderLast(nodes: readonly NodeObservation[], { etcd }: Observation): readonly NodeObservation[] {
  const leader = etcd.known ? etcd.value.members.find((member) => member.leader)?.name : undefined;
  const rank = ({ name, cordonedBy }: NodeObservation): number =>
    cordonedBy !== undefined ? 0 : name === leader ? 2 : 1;
  return nodes.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function controlPlaneUnit(node: NodeObservation, input: StepsInput): readonly Step[] {
  const { name } = node;
  const soak = input.config.controlPlane.soakSeconds;
  const place: Place = { node: name, batch: `maintain/${name}` };
  const hop = stay(node);
  const quorum = (when: string, does: string): Step => ({
    ...makeStep('quorum', hop, does, place),
    id: `maintain/${name}/etcd-${when}`,
  });
  return [
    quorum('before', `Wait until every member of etcd is healthy, before ${name} goes away`),
    ...stepsAway(node, input, place, [quorum('after', `Wait until every member of etcd is healthy again`)]),
    settle(hop, name, soak, { ...place, ...(soak > 0 && { soakSeconds: soak }), closes: 'control-plane' }),
  ];
}

function workerUnit(nodes: readonly NodeObservation[], number: number, input: StepsInput): readonly Step[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const names = nodes.map(({ name }) => name);
  const batch = nodes.length === 1 ? `maintain/${first.name}` : `maintain/workers-${number}`;
  const one = nodes.length === 1 ? { node: first.name } : {};
  return [
    ...nodes.flatMap((node) => stepsAway(node, input, { node: node.name, batch }, [])),
    {
      ...settle(stay(first), names.join(', '), 0, { batch, ...one, closes: 'batch' }),
      id: `maintain/${names.at(-1)}/settle`,
    },
  ];
}

/** The steps during which a node takes no pods. @param back what must hold before it takes pods again */
function stepsAway(
  node: NodeObservation,
  { config, due, maintenance }: StepsInput,
  place: Place,
  back: readonly Step[],
): readonly Step[] {
  const { name } = node;
  const hop = stay(node);
  const own = { ...place, maintenance };
  const work = due.get(name)?.work === true;
  const { onTimeout, says } = drainPolicy(config, node.role);
  const { reboot } = config.maintenance;
  const restart = reboot === 'always' ? `Restart ${name}` : `Restart ${name}, if it asks for it`;
  return [
    ...(work
      ? [
          {
            ...makeStep('drain', hop, `Cordon and drain ${name}${says}`, place),
            ...(onTimeout !== undefined && { onTimeout }),
          },
          makeStep('system', hop, systemText(name, config.maintenance), own),
          ...(reboot === 'never' ? [] : [makeStep('reboot', hop, restart, own)]),
        ]
      : []),
    makeStep('ready', hop, `Wait until ${name} is Ready`, place),
    ...back,
    makeStep('uncordon', hop, `Uncordon ${name}, if Kubestair cordoned it`, place),
  ];
}

function systemText(name: string, { packages, run }: ClusterConfig['maintenance']): string {
  const updates = { update: 'Update the packages', security: 'Install the security updates', none: '' }[
    packages
  ];
  const commands = run.length === 0 ? '' : `run ${run.length} ${run.length === 1 ? 'command' : 'commands'}`;
  if (updates === '' && commands === '') return `Nothing but a restart on ${name}`;
  if (updates === '') return `Run the commands of the cluster file on ${name}`;
  return `${updates} of ${name}${commands === '' ? '' : `, then ${commands}`}; Kubernetes stays on hold`;
}

function prepareStep(node: NodeObservation, { config, maintenance }: StepsInput): Step {
  const updates = config.maintenance.packages === 'none' ? '' : 'Bring the updates of packages to ';
  const does = updates === '' ? `Note on ${node.name} which boot it is in` : `${updates}${node.name}`;
  return makeStep('prepare', stay(node), does, { node: node.name, batch: 'maintain/prepare', maintenance });
}

function closeStep(node: NodeObservation, { maintenance }: StepsInput): Step {
  const place = { node: node.name, batch: 'maintain/close', maintenance };
  // As long as a node is left behind the maintenance is open, so that the next run takes it up again.
  const does = `Note on ${node.name} that this maintenance is over`;
  return { ...makeStep('close', stay(node), does, place), needsAll: true };
}

function backupStep({ apiServerVersion }: Observation): Step {
  const does = 'Back up every resource, etcd and the control-plane hosts, and read it back';
  return makeStep('backup', { from: apiServerVersion, to: apiServerVersion }, does, {});
}

function settle(hop: Hop, who: string, soak: number, place: Place): Step {
  const watch = soak > 0 ? `, and watch for ${soak} s` : '';
  return makeStep(
    'settle',
    hop,
    `Wait until workloads are as healthy as before ${who} went away${watch}`,
    place,
  );
}

/** A maintenance leaves versions as they are. */
function stay({ kubelet }: NodeObservation): Hop {
  return { from: kubelet, to: kubelet };
}

type Place = Pick<Step, 'node' | 'batch' | 'maintenance' | 'soakSeconds' | 'closes'>;

function makeStep(kind: StepKind, hop: Hop, does: string, place: Place): Step {
  const id = ['maintain', place.node, kind].filter((part) => part !== undefined).join('/');
  const expectedSeconds = (EXPECTED_SECONDS[kind] ?? 0) + (place.soakSeconds ?? 0);
  return { id, kind, hop, ...place, does, expectedSeconds };
}
