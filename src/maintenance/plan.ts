import type { NodeRole, Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { applyAcceptances, dayOf } from '../plan/acceptance.ts';
import { bySeverity, isBlocking } from '../plan/blocking.ts';
import { HOST_MAINTENANCE } from '../plan/checks/host-maintenance.ts';
import { DRAIN_CHECKS, MANDATORY, runChecks } from '../plan/checks/registry.ts';
import { evictionsOf } from '../plan/disruption.ts';
import { forecastOf } from '../plan/forecast/forecast.ts';
import type { Finding, Forecast, Step, Verdict } from '../plan/plan.ts';
import { dueOn, type NodeDue } from './due.ts';
import type { FoundFacts } from './facts.ts';
import { maintenanceSteps } from './steps.ts';

export interface MaintenanceInput {
  readonly config: ClusterConfig;
  readonly observation: Observation;
  readonly facts: FoundFacts;
  readonly onlyNeeded: boolean;
  /** Id of this run: a maintenance that it begins is named so. */
  readonly runId: string;
  readonly tool: string;
  readonly now: Date;
}

/** What a maintenance would do on one node. */
export interface NodePlan {
  readonly node: string;
  readonly role: NodeRole;
  readonly updates: readonly string[];
  /** Why the host asks for a restart. */
  readonly rebootAsked?: string;
  readonly due: boolean;
  /** For people: why it is due, or is not. */
  readonly reason: string;
}

/** Pure function of the cluster file, the cluster and what its hosts tell. */
export interface MaintenancePlan {
  readonly format: 'kubestair.dev/maintenance-plan/v1';
  readonly tool: string;
  readonly cluster: string;
  readonly verdict: Verdict;
  /** Name of the maintenance in the records of the hosts. */
  readonly id: string;
  /** Whether an earlier run began it. */
  readonly goesOn: boolean;
  readonly nodes: readonly NodePlan[];
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly forecast: Forecast;
  /** Hosts that are worked on side by side. */
  readonly atOnce: number;
}

/** What was left for longer is another maintenance by now: updates and needs are not those of then. */
const OPEN_DAYS = 7;

/** The steps without a judgement: what a rehearsal of the evictions has to know. */
export function routeOf(input: MaintenanceInput): Pick<MaintenancePlan, 'id' | 'goesOn' | 'steps'> & {
  readonly due: ReadonlyMap<string, NodeDue>;
} {
  const { config, observation, facts, onlyNeeded, runId, now } = input;
  const open = openMaintenance(facts, now);
  const id = open ?? runId;
  const due = new Map(
    observation.nodes.flatMap((node): readonly (readonly [string, NodeDue])[] => {
      const found = facts.get(node.name);
      if (found?.known !== true) return [];
      return [[node.name, dueOn(node, found.value, config.maintenance, { open: id, onlyNeeded })]];
    }),
  );
  const steps = maintenanceSteps({ observation, config, due, maintenance: id });
  return { id, goesOn: open !== undefined, due, steps };
}

export function planMaintenance(input: MaintenanceInput): MaintenancePlan {
  const { config, observation, facts, tool, now } = input;
  const { id, goesOn, due, steps } = routeOf(input);
  const evictions = evictionsOf(steps, observation);
  const found = [
    ...hostFindings(input),
    ...unfinishedUpgrade(input, goesOn),
    ...(steps.length === 0
      ? []
      : runChecks({ config, observation, hops: [], steps, evictions, now }, DRAIN_CHECKS).filter(
          (finding) => !isRestartDue(finding),
        )),
  ];
  const acceptances = config.accept.filter(({ check }) => DRAIN_CHECKS.has(check));
  const findings = applyAcceptances(found, acceptances, dayOf(now), MANDATORY).toSorted(bySeverity);
  const blocked = findings.some(isBlocking);
  return {
    format: 'kubestair.dev/maintenance-plan/v1',
    tool,
    cluster: config.name,
    verdict: blocked ? 'blocked' : steps.length === 0 ? 'nothing-to-do' : 'ready',
    id,
    goesOn,
    nodes: observation.nodes.map(({ name, role }): NodePlan => {
      const own = facts.get(name);
      const left = due.get(name);
      if (own?.known !== true || left === undefined) {
        return { node: name, role, updates: [], due: false, reason: 'its host could not be looked at' };
      }
      const { updates, rebootAsked } = own.value;
      return {
        node: name,
        role,
        updates,
        ...(rebootAsked !== undefined && { rebootAsked }),
        due: left.work || left.uncordon,
        reason: left.reason,
      };
    }),
    steps,
    findings,
    forecast: forecastOf(steps, evictions, observation, config.workers.parallel),
    atOnce: config.workers.parallel,
  };
}

/** That a restart is due is what a maintenance is there for. */
function isRestartDue({ check, severity }: Finding): boolean {
  return check === 'host-state' && severity === 'info';
}

/** The newest maintenance that some host has not noted the end of. */
function openMaintenance(facts: FoundFacts, now: Date): string | undefined {
  const ids = [...facts.values()].flatMap((found) =>
    found.known && found.value.record?.closed === false ? [found.value.record.id] : [],
  );
  const newest = ids.toSorted().at(-1);
  if (newest === undefined) return undefined;
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)T/.exec(newest) ?? [];
  const age = now.getTime() - Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return age <= (OPEN_DAYS + 1) * 86_400_000 ? newest : undefined;
}

/** Hosts that could not be looked at, or not wholly. */
function hostFindings({ observation, facts }: MaintenanceInput): readonly Finding[] {
  return observation.nodes.flatMap(({ name }): readonly Finding[] => {
    const found = facts.get(name);
    const about = { check: HOST_MAINTENANCE.id, object: `Node/${name}` };
    if (found === undefined || !found.known) {
      const remedy = found?.next ?? 'Let Kubestair reach the host as spec.access.ssh says.';
      const message = `what it needs could not be found out: ${found?.reason ?? 'it was not asked'}`;
      return [{ ...about, severity: 'unknown', message, remedy, ...(found?.code && { code: found.code }) }];
    }
    if (found.value.warnings.length === 0) return [];
    return [
      {
        ...about,
        severity: 'warning',
        message: `its lists of packages are not complete: ${found.value.warnings.join('; ')}`,
        remedy: 'Mend or remove the source that does not answer, or updates of it are missed.',
      },
    ];
  });
}

/** A node that an upgrade left cordoned is between two versions: that is for the upgrade to end. */
function unfinishedUpgrade({ observation, facts }: MaintenanceInput, goesOn: boolean): readonly Finding[] {
  return observation.nodes.flatMap(({ name, cordonedBy }): readonly Finding[] => {
    const found = facts.get(name);
    const own = found?.known === true && found.value.record?.closed === false;
    if (cordonedBy === undefined || (own && goesOn)) return [];
    return [
      {
        check: HOST_MAINTENANCE.id,
        severity: 'blocking',
        object: `Node/${name}`,
        message: `is cordoned by the run ${cordonedBy} of Kubestair, which was cut off and is no maintenance`,
        remedy: 'Run the upgrade again and let it end, then the maintenance.',
      },
    ];
  });
}
