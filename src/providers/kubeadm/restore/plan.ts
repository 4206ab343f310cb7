import type { VersionText } from '../../../cluster/observation.ts';
import type { Host } from '../../../ports/host.ts';
import { bumpFor } from '../../../restore/etcd/bump.ts';
import { type HostBackup, readHostBackup } from '../../../restore/etcd/host-backup.ts';
import type { RestorePlan } from '../../../restore/etcd/plan.ts';
import type { RestoreRequest } from '../../../restore/etcd/restorer.ts';
import type { EtcdRoutes } from '../etcd-access.ts';
import { unitName } from '../unit-script.ts';
import { checkHosts, controlPlaneVersion, encryptionOf } from './checks.ts';
import type { Unfinished } from './facts.ts';
import { checkIdentity } from './identity.ts';
import { nodesOf } from './nodes.ts';
import { checkBusy, checkUnfinished } from './other-runs.ts';
import { planRollback } from './rollback/plan.ts';
import { STATIC_POD_FUNCTIONS } from './scripts/processes.ts';
import { keptIn, restoreSteps, type SurveyedHost } from './steps.ts';
import { NO_HOSTS, surveyHosts, surveyWorkers } from './survey-hosts.ts';

export interface RestorePlanDeps {
  readonly hostOf: (node: { readonly name: string; readonly address: string }) => Host;
  readonly routesFrom: (hosts: readonly Host[], signal: AbortSignal) => Promise<EtcdRoutes>;
  /** Package repository that the cluster file names; default the one that each host uses. */
  readonly repository: string | undefined;
}

/** Looks at hosts and etcd, and plans the restore of etcd on them. */
export async function planRestore(
  request: RestoreRequest,
  deps: RestorePlanDeps,
  signal: AbortSignal,
): Promise<RestorePlan> {
  const { manifest } = request.backup;
  const { controlPlanes, workers, findings: nodeFindings } = nodesOf(request);
  const survey = await surveyHosts(controlPlanes, deps, signal);
  const backups = await readHostBackups(request, signal);
  const restore = await restoreOf(request, survey.hosts, deps, signal);
  const isRollback = request.command === 'rollback';
  const workerSurvey = isRollback ? await surveyWorkers(workers, deps, signal) : NO_HOSTS;
  const rollback = isRollback
    ? await planRollback(request, survey.hosts, workerSurvey.hosts, backups, restore, deps, signal)
    : undefined;
  const hosts = rollback?.surveyed ?? survey.hosts;
  const { part, revision: taken } = manifest.etcd;
  const revision = String(BigInt(taken) + BigInt(restore.bump));
  const findings = [
    ...nodeFindings,
    ...survey.findings,
    ...workerSurvey.findings,
    ...checkIdentity(request, survey.hosts, backups),
    ...(rollback?.findings ?? []),
    ...checkHosts({ manifest, hosts, command: request.command }),
    ...checkUnfinished(restore, survey.hosts),
  ];
  const steps = restoreSteps({
    restore,
    snapshot: part,
    revision,
    encryption: (node) => encryptionOf(manifest, node),
    hosts,
    ...(rollback !== undefined && { rollback: rollback.steps }),
    nodes: [...controlPlanes, ...workers].map(({ name }) => name),
  });
  const units = new Set(steps.map(({ id }) => unitName(manifest.cluster.uid, id)));
  return {
    format: 'kubestair.dev/restore-plan/v1',
    tool: request.tool,
    cluster: manifest.cluster.name,
    backupId: manifest.id,
    backupUid: manifest.cluster.uid,
    restoreId: restore.restoreId,
    goesOn: survey.hosts.some(({ facts }) => facts.unfinished?.restoreId === restore.restoreId),
    from:
      rollback?.from ??
      controlPlaneVersion(survey.hosts.map(({ facts }) => facts)) ??
      manifest.cluster.version,
    to: manifest.cluster.version satisfies VersionText,
    hosts: [
      ...survey.hosts.map(({ host }) => host),
      ...workers.map(({ name, address }) => ({ name, address, role: 'worker' as const })),
    ],
    kept: survey.hosts.flatMap(({ host, facts }) =>
      facts.member === undefined ? [] : [{ node: host.name, path: keptIn(facts.member, restore) }],
    ),
    steps,
    functions: STATIC_POD_FUNCTIONS,
    findings: [...findings, ...checkBusy(units, [...survey.hosts, ...workerSurvey.hosts])],
    losses: request.losses,
    writtenAfter: revision,
  };
}

async function readHostBackups(
  { backup, source }: RestoreRequest,
  signal: AbortSignal,
): Promise<readonly HostBackup[]> {
  return await Promise.all(backup.manifest.hosts.map((part) => readHostBackup(part, source, signal)));
}

/** The restore that hosts are in the middle of, if it is of this backup; otherwise a new one. */
async function restoreOf(
  { runId, backup: { manifest } }: RestoreRequest,
  hosts: readonly SurveyedHost[],
  { hostOf, routesFrom }: RestorePlanDeps,
  signal: AbortSignal,
): Promise<Unfinished> {
  const begun = hosts
    .map(({ facts }) => facts.unfinished)
    .find((unfinished) => unfinished?.backupId === manifest.id);
  if (begun !== undefined) return begun;
  const controlPlanes = hosts.filter(({ host }) => host.role === 'control-plane');
  const routes = await routesFrom(
    controlPlanes.map(({ host }) => hostOf(host)),
    signal,
  );
  const revisions = [...hosts.map(({ facts }) => facts.lastRevision), ...(await revisionsOf(routes, signal))];
  const highest = revisions.reduce((most, revision) => (revision > most ? revision : most), 0n);
  const bump = bumpFor(BigInt(manifest.etcd.revision), highest);
  return { restoreId: runId, backupId: manifest.id, bump: String(bump) };
}

async function revisionsOf({ routes }: EtcdRoutes, signal: AbortSignal): Promise<readonly bigint[]> {
  const answers = await Promise.allSettled(
    routes.map(async (route) => {
      const etcd = await route.open(signal);
      try {
        return (await etcd.status(signal)).revision;
      } finally {
        await etcd.close();
      }
    }),
  );
  signal.throwIfAborted();
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}
