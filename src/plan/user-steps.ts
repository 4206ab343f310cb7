import type { GateCheck, GateProbe, Hook, Level } from '../config/gates.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { formatSeconds } from '../report/units.ts';
import type { Hop, Step } from './plan.ts';

export type UserConfig = Pick<ClusterConfig, 'gates' | 'hooks'>;
type Place = Pick<Step, 'node' | 'batch'>;

/** What gates and hooks are put into: the ids of their steps begin with its name, and what is owed for it with its scope. */
export interface Frame {
  readonly name: string;
  readonly scope: '' | 'maintain/';
}

/** Where a hop lies in its run. */
export interface HopPlace {
  readonly first: boolean;
  readonly last: boolean;
}

/** What takes how long is the file's own affair; so much is expected. */
const EXPECTED_SECONDS: Readonly<Record<GateProbe['kind'], number>> = {
  command: 10,
  prometheus: 5,
  http: 5,
  job: 30,
};

/**
 * The steps of a hop with the gates and hooks that the cluster file puts around its nodes, around itself and around the run. What has to
 * follow a node, a hop or the run is owed from the first step of that on, so that no later run forgets it.
 * @param steps what the provider does, without the hop's backup
 */
export function withUserSteps(
  hop: Hop,
  steps: readonly Step[],
  config: UserConfig,
  { first, last }: HopPlace,
): readonly Step[] {
  const frame = frameOf(hop);
  const before = (at: Level) => hooksOf(config, 'before', at, frame, hop);
  const after = (at: Level, scope: string) => paying(afterSteps(config, at, frame, hop), scope);
  const own = `hop/${hop.to}`;
  const hopWide = opening(
    [...before('hop'), ...aroundNodes(frame, steps, config), ...after('hop', own)],
    isOwed(config, 'hop') ? [own] : [],
  );
  const all = [...(first ? before('run') : []), ...hopWide, ...(last ? after('run', 'run') : [])];
  return opening(all, first && isOwed(config, 'run') ? ['run'] : []);
}

/**
 * What earlier runs began and did not follow up, as far as the steps ahead do not come to it anyway.
 * @param owed scopes as `node/w1`, `hop/v1.36.3` and `run`
 * @param next steps of the hop that comes next
 * @param hops those that are ahead
 */
export function owedSteps(
  owed: readonly string[],
  next: readonly Step[],
  hops: readonly Hop[],
  nodes: readonly { readonly name: string; readonly kubelet: Hop['to'] }[],
  config: UserConfig,
): readonly Step[] {
  const ofNodes = owedOfNodes(owed, next, nodes, config);
  const left = owed.flatMap((scope) => (scope.startsWith('hop/') ? [scope.slice('hop/'.length)] : []));
  const ofHops = left
    .filter((to) => /^v\d/.test(to) && !hops.some((hop) => hop.to === to))
    .flatMap((to) => {
      const hop = { from: to as Hop['to'], to: to as Hop['to'] };
      return paying(afterSteps(config, 'hop', frameOf(hop), hop), `hop/${to}`);
    });
  return [...ofNodes, ...ofHops];
}

/** What earlier runs owe to nodes that the steps ahead do not begin. @param frame default that of the version which each node has */
export function owedOfNodes(
  owed: readonly string[],
  next: readonly Step[],
  nodes: readonly { readonly name: string; readonly kubelet: Hop['to'] }[],
  config: UserConfig,
  frame?: Frame,
): readonly Step[] {
  const begun = new Set(next.flatMap(({ kind, node }) => (isAroundNode(kind) ? [node] : [])));
  return nodes.flatMap(({ name, kubelet }) => {
    const scope = `${frame?.scope ?? ''}node/${name}`;
    if (!owed.includes(scope) || begun.has(name)) return [];
    const hop = { from: kubelet, to: kubelet };
    return paying(afterSteps(config, 'node', frame ?? frameOf(hop), hop, { node: name }), scope);
  });
}

/** What an earlier run owed as a whole, where nothing else is left to do. */
export function owedOfRun(owed: readonly string[], hop: Hop, config: UserConfig): readonly Step[] {
  return owed.includes('run') ? paying(afterSteps(config, 'run', frameOf(hop), hop), 'run') : [];
}

export function isOwed(config: UserConfig, at: Level): boolean {
  return (
    config.gates.checks.some((each) => each.at === at) ||
    config.hooks.some((each) => each.at === at && each.when === 'after')
  );
}

/** Fetching ahead of time, and what is noted once all nodes are through, is nothing that a node goes through. */
function isAroundNode(kind: Step['kind']): boolean {
  return kind !== 'stage' && kind !== 'prepare' && kind !== 'close';
}

/**
 * Steps with what comes before the first and after the last of each node. A node that goes has nothing after it, and the one that comes in
 * its place nothing before it.
 */
export function aroundNodes(frame: Frame, steps: readonly Step[], config: UserConfig): readonly Step[] {
  const own = steps.filter(({ kind, node }) => isAroundNode(kind) && node !== undefined);
  const lanes = [...Map.groupBy(own, ({ node, counterpart }) => `${node} ${counterpart ?? ''}`).values()];
  const leaving = new Set(lanes.filter((lane) => lane.some(({ kind }) => kind === 'remove')));
  const coming = new Set(lanes.filter((lane) => lane.some(isReplacing) && !leaving.has(lane)));
  const first = new Set(lanes.flatMap((lane) => (coming.has(lane) ? [] : lane.slice(0, 1))));
  const last = new Set(lanes.flatMap((lane) => (leaving.has(lane) ? [] : lane.slice(-1))));
  const begins = new Set(lanes.flatMap((lane) => (leaving.has(lane) ? [] : lane.slice(0, 1))));
  return steps.flatMap((step) => {
    const { node, hop } = step;
    if (node === undefined) return [step];
    const scope = `${frame.scope}node/${node}`;
    const place: Place = { node, ...(step.batch !== undefined && { batch: step.batch }) };
    const before = first.has(step) ? hooksOf(config, 'before', 'node', frame, hop, place) : [];
    const after = last.has(step) ? paying(afterSteps(config, 'node', frame, hop, place), scope) : [];
    return opening([...before, step, ...after], begins.has(step) && isOwed(config, 'node') ? [scope] : []);
  });
}

function isReplacing({ counterpart }: Step): boolean {
  return counterpart !== undefined;
}

/** Gates first: what follows a node, a hop or a run follows its success. */
export function afterSteps(
  config: UserConfig,
  at: Level,
  frame: Frame,
  hop: Hop,
  place: Place = {},
): readonly Step[] {
  const gates = config.gates.checks.filter((each) => each.at === at);
  return [
    ...gates.map((gate) => gateStep(gate, frame, hop, place)),
    ...hooksOf(config, 'after', at, frame, hop, place),
  ];
}

export function hooksOf(
  { hooks }: UserConfig,
  when: Hook['when'],
  at: Level,
  frame: Frame,
  hop: Hop,
  place: Place = {},
): readonly Step[] {
  return hooks
    .filter((hook) => hook.when === when && hook.at === at)
    .map((hook) => ({
      ...base(frame, hop, at, place, `hook-${hook.name}`),
      kind: 'hook',
      hook,
      does: `Run the hook ${hook.name} ${when} ${subjectOf(at, hop, place)}`,
      expectedSeconds: EXPECTED_SECONDS.command,
    }));
}

function gateStep(gate: GateCheck, frame: Frame, hop: Hop, place: Place): Step {
  const soak = gate.soakSeconds > 0 ? ` and goes on passing for ${formatSeconds(gate.soakSeconds)}` : '';
  return {
    ...base(frame, hop, gate.at, place, `gate-${gate.name}`),
    kind: 'gate',
    gate,
    does: `Wait until the gate ${gate.name} (${gate.probe.kind}) passes for ${subjectOf(gate.at, hop, place)}${soak}`,
    expectedSeconds: EXPECTED_SECONDS[gate.probe.kind] + gate.soakSeconds,
  };
}

function base(
  frame: Frame,
  hop: Hop,
  at: Level,
  place: Place,
  name: string,
): Pick<Step, 'id' | 'hop' | 'needsAll'> & Place {
  const where = at === 'run' ? 'run' : place.node;
  const id = [frame.name, where, name].filter((part) => part !== undefined).join('/');
  return { id, hop, ...place, ...(at !== 'node' && { needsAll: true }) };
}

function frameOf({ to }: Hop): Frame {
  return { name: to, scope: '' };
}

function subjectOf(at: Level, hop: Hop, { node }: Place): string {
  switch (at) {
    case 'node':
      return node ?? '';
    case 'hop':
      return `the hop to ${hop.to}`;
    case 'run':
      return 'the run';
  }
}

export function opening(steps: readonly Step[], scopes: readonly string[]): readonly Step[] {
  const [first, ...rest] = steps;
  if (first === undefined || scopes.length === 0) return steps;
  return [{ ...first, opens: [...scopes, ...(first.opens ?? [])] }, ...rest];
}

export function paying(steps: readonly Step[], scope: string): readonly Step[] {
  const last = steps.at(-1);
  return last === undefined ? [] : [...steps.slice(0, -1), pays(last, scope)];
}

function pays(step: Step, scope: string): Step {
  return { ...step, pays: [...(step.pays ?? []), scope] };
}
