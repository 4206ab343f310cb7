import type { Observation, VersionText } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Location } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { applyAcceptances, dayOf } from './acceptance.ts';
import { approvalBasis } from './approval-basis.ts';
import { bySeverity, isBlocking } from './blocking.ts';
import { MANDATORY, runChecks } from './checks/registry.ts';
import { evictionsOf } from './disruption.ts';
import { fitOf } from './fit.ts';
import { forecastOf } from './forecast/forecast.ts';
import { planHash } from './hash.ts';
import { currentVersion, planPath } from './path.ts';
import type { Finding, Hop, Plan, Step, Verdict } from './plan.ts';
import { project } from './project.ts';
import { projectReplacements, replacementsOf } from './replace.ts';
import { scopeOf } from './rounds.ts';
import { type Offered, resolveTarget } from './targets.ts';
import { owedOfRun, owedSteps, withUserSteps } from './user-steps.ts';

export interface PlanInput {
  readonly config: ClusterConfig;
  /** Where the target version is written. */
  readonly versionAt: Location;
  readonly observation: Observation;
  /** Name and version, for example `kubestair/0.1.0`. */
  readonly tool: string;
  readonly provider: Pick<Provider, 'steps' | 'workersMustPass'>;
  /** Releases of the minors that minorsToAsk() names. */
  readonly offered?: Offered;
  /** When the plan is made: certificates and acceptances run out. */
  readonly now: Date;
}

/** What is to be done, before anything judged it. */
export interface Route {
  /** The release that the file asks for. */
  readonly target: VersionText;
  readonly hops: readonly Hop[];
  readonly steps: readonly Step[];
}

/** A full export of a mid-sized cluster with its snapshot, read back. */
const BACKUP_SECONDS = 60;

/**
 * The steps, hop by hop, each hop made against the cluster as the one before leaves it. A hop with nothing to do is none.
 * @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR
 */
export function planRoute(input: PlanInput): Route {
  const { config, versionAt, observation, provider } = input;
  const target = resolveTarget(input, input.offered ?? new Map());
  const path = withTarget(planPath({ config: target, versionAt, observation }), target.version);
  const parts: { readonly hop: Hop; readonly own: readonly Step[] }[] = [];
  let state = observation;
  for (const [index, hop] of path.entries()) {
    const scope = scopeOf(hop, path.slice(index + 1), state, input);
    const own = provider.steps(hop, state, config, scope);
    state = stateAfter(hop, scope, state, config);
    if (own.length > 0) parts.push({ hop, own });
  }
  const { owed = [], nodes } = observation;
  const hops = parts.map(({ hop }) => hop);
  const late = owedSteps(owed, parts[0]?.own ?? [], hops, nodes, config);
  const steps = parts.flatMap(({ hop, own }, index) => {
    const place = { first: index === 0, last: index === parts.length - 1 };
    return [
      backupBefore(hop, place.first, config.backup),
      ...(place.first ? late : []),
      ...withUserSteps(hop, own, config, place),
    ];
  });
  if (parts.length > 0) return { target: target.version, hops, steps };
  const there: Hop = { from: target.version, to: target.version };
  return { target: target.version, hops: [], steps: [...late, ...owedOfRun(owed, there, config)] };
}

function stateAfter(
  hop: Hop,
  scope: ReturnType<typeof scopeOf>,
  state: Observation,
  config: ClusterConfig,
): Observation {
  if (config.workers.strategy !== 'replace' || scope !== 'all') return project(state, hop, scope);
  const replaced = projectReplacements(state, replacementsOf(state, config, hop.to), hop.to);
  return project(replaced, hop, 'control-plane');
}

/**
 * Where everything runs the target already, a run that was cut off may have left a node cordoned or packages off hold: what of
 * the last hop is still to do, only the provider knows.
 */
function withTarget(path: readonly Hop[], target: VersionText): readonly Hop[] {
  return path.at(-1)?.to === target ? path : [...path, { from: target, to: target }];
}

/** Drains that are saved by taking workers through several hops at once. */
function drainsSaved(input: PlanInput, steps: readonly Step[]): number {
  if (input.config.workers.perHop) return 0;
  const perHop = { ...input.config, workers: { ...input.config.workers, perHop: true } };
  return drainsIn(planRoute({ ...input, config: perHop }).steps) - drainsIn(steps);
}

function drainsIn(steps: readonly Step[]): number {
  return steps.filter(({ kind }) => kind === 'drain').length;
}

/**
 * The plan of a route: a pure function, so that the same cluster and file give the same hash on the same day.
 * @param preflight what only the provider could see, for the hops of the route
 */
export function buildPlan(
  input: PlanInput,
  { target, hops, steps }: Route,
  preflight: readonly Finding[],
): Plan {
  const { config, observation, tool, now } = input;
  const evictions = evictionsOf(steps, observation);
  const found =
    steps.length === 0
      ? []
      : [...runChecks({ config, observation, hops, steps, evictions, now }), ...preflight];
  const fit = steps.length === 0 ? undefined : fitOf(steps, config.workers.parallel, config, now);
  const acceptances = steps.length === 0 ? [] : config.accept;
  const findings = applyAcceptances(found, acceptances, dayOf(now), MANDATORY).toSorted(bySeverity);
  const basis = approvalBasis(config, observation);
  return {
    format: 'kubestair.dev/plan/v1',
    tool,
    cluster: config.name,
    clusterUid: observation.clusterUid,
    current: currentVersion(hops, observation),
    target,
    verdict: verdictOf(steps, findings),
    hops,
    steps,
    findings,
    forecast: forecastOf(steps, evictions, observation, config.workers.parallel),
    ...(fit !== undefined && { window: fit.forecast }),
    atOnce: config.workers.parallel,
    drains: { planned: drainsIn(steps), saved: drainsSaved(input, steps) },
    basis,
    hash: planHash({ tool, clusterUid: observation.clusterUid, basis, steps, findings }),
  };
}

/** Before each hop anew: a backup of the minor before cannot bring the next one back. */
function backupBefore(hop: Hop, first: boolean, { prove = 'rehearsal' }: ClusterConfig['backup']): Step {
  const proofs = [
    'its checksums',
    'a cross-proof',
    ...(prove === 'cross-proof' ? [] : [`a drill with ${hop.from}`]),
    ...(prove === 'rehearsal' ? [`a rehearsal with ${hop.to}`] : []),
  ];
  return {
    id: `${hop.to}/backup`,
    kind: 'backup',
    hop,
    does: `Back up every resource, etcd and the control-plane hosts; prove it by ${listed(proofs)}`,
    expectedSeconds: BACKUP_SECONDS,
    ...(!first && { needsAll: true }),
  };
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function verdictOf(steps: readonly Step[], findings: readonly Finding[]): Verdict {
  if (steps.length === 0) return 'nothing-to-do';
  return findings.some(isBlocking) ? 'blocked' : 'ready';
}
