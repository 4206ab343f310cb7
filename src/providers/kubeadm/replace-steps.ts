import type { NodeObservation } from '../../cluster/observation.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { drainPolicy } from '../../plan/drain-policy.ts';
import type { Hop, ReplaceKind, Step, StepKind } from '../../plan/plan.ts';
import type { Replacement } from '../../plan/replace.ts';

const EXPECTED_SECONDS: Readonly<Record<ReplaceKind | 'stage' | 'ready' | 'drain' | 'settle', number>> = {
  stage: 30,
  join: 30,
  'carry-over': 2,
  ready: 20,
  drain: 60,
  reset: 15,
  remove: 2,
  settle: 20,
};

/** Packages and images for hosts that are no nodes yet; of those that are still workers, too, since their turn comes. */
export function stageSpares(replacements: readonly Replacement[], hop: Hop): readonly Step[] {
  return replacements
    .filter(({ state }) => state === 'new')
    .map(({ host }) =>
      make('stage', hop, host.name, `Bring the packages and images of ${hop.to} to ${host.name}`, {
        address: host.address,
        batch: `${hop.to}/stage`,
      }),
    );
}

/**
 * One after another: the new node joins, gets what the old one had and is Ready before anything of the old one moves. The host of the old
 * one is reset before its Node object goes: once that is gone, nothing tells where the host is. Steps that the cluster shows done are
 * left out.
 */
export function replaceUnit(
  { host, old, state }: Replacement,
  hop: Hop,
  config: ClusterConfig,
): readonly Step[] {
  const { name, address } = host;
  // A node that is not drained is not reset either, so that there is nothing to go on with.
  const force = config.drain.onTimeout === 'force';
  const says = force ? drainPolicy(config, 'worker').says : '';
  const joins: readonly Step[] =
    state === 'new'
      ? [
          make('join', hop, name, `kubeadm join of ${name} at ${hop.to}; it takes no pods yet`, {
            address,
            counterpart: old.name,
          }),
        ]
      : [];
  const carries: readonly Step[] =
    state === 'new' || state === 'joined'
      ? [
          make('carry-over', hop, name, `Give ${name} the labels, taints and annotations of ${old.name}`, {
            counterpart: old.name,
          }),
        ]
      : [];
  const leaves: readonly Step[] =
    state === 'left-over'
      ? []
      : [
          make('ready', hop, name, `Wait until ${name} is Ready at ${hop.to}`, { counterpart: old.name }),
          {
            ...make('drain', hop, old.name, `Cordon and drain ${old.name}${says}`, { counterpart: name }),
            ...(force && { onTimeout: 'force' as const }),
          },
          make('reset', hop, old.name, `kubeadm reset of ${old.name}, which becomes free`, {
            address: old.address,
            counterpart: name,
          }),
        ];
  return [
    ...joins,
    ...carries,
    ...leaves,
    make('remove', hop, old.name, `Delete the Node ${old.name}, whose place ${name} took`, {
      counterpart: name,
    }),
    make(
      'settle',
      hop,
      name,
      `Wait until workloads are as healthy as before ${name} took the place of ${old.name}`,
      { closes: 'batch', counterpart: old.name },
    ),
  ];
}

/** Whether a worker is for another host to replace: it is behind, or it is one that came in the place of another. */
export function isReplaced(node: NodeObservation, replacements: readonly Replacement[]): boolean {
  return replacements.some(({ host, old }) => old.name === node.name || host.name === node.name);
}

type Place = Pick<Step, 'address' | 'counterpart' | 'batch' | 'closes'>;

function make(
  kind: keyof typeof EXPECTED_SECONDS & StepKind,
  hop: Hop,
  node: string,
  does: string,
  place: Place,
): Step {
  return {
    id: `${hop.to}/${node}/${kind}`,
    kind,
    hop,
    node,
    ...place,
    does,
    expectedSeconds: EXPECTED_SECONDS[kind],
  };
}
