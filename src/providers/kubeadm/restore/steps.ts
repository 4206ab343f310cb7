import type { EncryptionPart, Part } from '../../../backup/manifest.ts';
import type { RestoreHost, RestoreStep, RestoreStepKind } from '../../../restore/etcd/plan.ts';
import type { HostFacts, MemberFacts, Unfinished } from './facts.ts';
import { dataWorkDirectory, restoreDirectory } from './places.ts';
import { forgetUpgradeScript, RENEW_CONFIGURATION } from './rollback/scripts.ts';
import type { RollbackSteps } from './rollback/steps.ts';
import {
  type MemberRestore,
  prepareScript,
  swapScript,
  uploadedScript,
  uploadScript,
} from './scripts/etcd-data.ts';
import { KEYS_NAME, putBackKeysScript } from './scripts/keys.ts';
import {
  finishScript,
  RESTART_KUBELET,
  START_CONTROLLERS,
  STOP_CONTROL_PLANE,
  startApiScript,
  startEtcdScript,
  startedScript,
  stopEtcdScript,
} from './scripts/services.ts';
import { unfinishedLine } from './survey.ts';

/** A host with what was found there. */
export interface SurveyedHost {
  readonly host: RestoreHost;
  readonly facts: HostFacts;
}

export interface StepsInput {
  readonly restore: Unfinished;
  readonly snapshot: Part;
  /** Revision that nothing written before the restore comes near, as decimal text. */
  readonly revision: string;
  /** How the control planes encrypted at rest when the backup was taken. */
  readonly encryption: (node: string) => EncryptionPart | undefined;
  /** Control planes and hosts of etcd. */
  readonly hosts: readonly SurveyedHost[];
  /** Every node whose kubelet can be reached. */
  readonly nodes: readonly string[];
  /** Absent for a restore that leaves programs and files as they are. */
  readonly rollback?: RollbackSteps;
}

type Make = (kind: RestoreStepKind, does: string, more?: Partial<RestoreStep>) => RestoreStep;

/**
 * The restore of etcd, in order; what is done on several hosts is done on all of them at once. New data is made everywhere before
 * anything is stopped; all API servers stop before the first member, and all members before any data is swapped, so that nothing
 * acknowledges a write that will be lost; controllers and kubelets come back after what they watch
 * (etcd.io/docs/v3.6/op-guide/recovery, kubernetes.io "Restoring an etcd cluster").
 */
export function restoreSteps(input: StepsInput): readonly RestoreStep[] {
  const { restore, hosts, rollback } = input;
  const controlPlanes = hosts.filter(({ host }) => host.role === 'control-plane');
  const members = hosts.flatMap(({ host, facts }) =>
    facts.member === undefined ? [] : [{ host, member: facts.member }],
  );
  const keys = controlPlanes.flatMap(({ host, facts }) => keysOf(host, facts, input.encryption));
  const make: Make = (kind, does, more = {}) => ({ id: `${restore.restoreId}/${kind}`, kind, does, ...more });
  const on =
    ({ name }: RestoreHost): Make =>
    (kind, does, more = {}) => ({
      id: `${restore.restoreId}/${name}/${kind}`,
      kind,
      node: name,
      does,
      // Nothing of the cluster answers meanwhile, so hosts do not wait for each other. Snapshots are brought before, and share one link.
      ...(kind !== 'upload' && { batch: `${restore.restoreId}/${kind}` }),
      ...more,
    });
  const initialCluster = members
    .flatMap(({ member }) => member.peerUrls.map((url) => `${member.name}=${url}`))
    .join(',');
  const stopped = (what: 'etcd' | 'api') => startedScript(restore.restoreId, what);
  return [
    ...(rollback?.before ?? []),
    ...members.map(({ host }) => uploadSnapshot(on(host), host, input)),
    ...keys.map(({ host, part }) => uploadKeys(on(host), host, part, input)),
    ...members.map(({ host, member }) =>
      on(host)('prepare', `Make the new data of etcd member ${member.name} beside the old`, {
        script: prepareScript(memberRestore(member, initialCluster, input)),
        doneIf: `[ -e ${restoreDirectory(restore.restoreId)}/prepared ]`,
      }),
    ),
    ...controlPlanes.map(({ host }) =>
      on(host)(
        'stop-control-plane',
        `Stop the API server, controller manager and scheduler of ${host.name}`,
        {
          script: STOP_CONTROL_PLANE,
          doneIf: stopped('api'),
        },
      ),
    ),
    ...keys.map(({ host, file }) =>
      on(host)('put-back', `Put ${file} of the backup in its place`, {
        script: putBackKeysScript(restore.restoreId, file),
      }),
    ),
    ...members.map(({ host, member }) =>
      on(host)('stop-etcd', `Stop etcd on ${host.name}`, {
        script: stopEtcdScript(member.runs),
        doneIf: stopped('etcd'),
      }),
    ),
    ...(rollback?.stopped ?? []),
    ...members.map(({ host, member }) =>
      on(host)('swap', `Put the new data in place of the old, which is kept in ${keptIn(member, restore)}`, {
        script: swapScript(memberRestore(member, initialCluster, input)),
        doneIf: `[ -e ${restoreDirectory(restore.restoreId)}/swapped ]`,
      }),
    ),
    ...members.map(({ host, member }) =>
      on(host)('start-etcd', `Start etcd on ${host.name}`, {
        script: startEtcdScript(member.runs, restore.restoreId),
      }),
    ),
    make(
      'quorum',
      members.length === 1
        ? 'Wait until etcd answers'
        : `Wait until all ${members.length} members of etcd answer and one of them leads`,
    ),
    ...controlPlanes.map(({ host }) =>
      on(host)('start-api', `Start the API server of ${host.name}`, {
        script: startApiScript(restore.restoreId),
      }),
    ),
    make('compare', 'Wait for the API server, and compare every object with the export'),
    make('restart-kubelets', `Restart the kubelets of ${input.nodes.join(', ')}`, {
      script: rollback === undefined ? RESTART_KUBELET : RENEW_CONFIGURATION + RESTART_KUBELET,
      nodes: input.nodes,
    }),
    ...controlPlanes.map(({ host }) =>
      on(host)('start-controllers', `Start the controller manager and scheduler of ${host.name}`, {
        script: START_CONTROLLERS,
      }),
    ),
    make('nodes', 'Wait until the nodes are Ready again, and the control plane with them', {
      nodes: input.nodes,
    }),
    ...(rollback === undefined ? [] : settled(make, rollback, input)),
    ...hosts.map(({ host }) =>
      on(host)('finish', `Remove what the restore needed on ${host.name}, but for the old data`, {
        script: finishScript(restore.restoreId),
      }),
    ),
  ];
}

/** Control planes are finished last: they are where a run that goes on finds out that it does. */
function settled(
  make: Make,
  { backTo, workers }: RollbackSteps,
  { restore, nodes }: StepsInput,
): readonly RestoreStep[] {
  const { restoreId } = restore;
  return [
    make('settle', 'Wait until workloads are as healthy as they were when the backup was taken'),
    make('finish', 'Forget on every host what the upgrade left there', {
      id: `${restoreId}/forget`,
      script: forgetUpgradeScript(backTo),
      nodes,
    }),
    ...(workers.length === 0
      ? []
      : [
          make('finish', `Remove what the rollback needed on ${workers.join(', ')}`, {
            id: `${restoreId}/finish-workers`,
            script: finishScript(restoreId),
            nodes: workers,
          }),
        ]),
  ];
}

/** Where the old data of a member is kept. */
export function keptIn({ dataDir, isMountPoint }: MemberFacts, { restoreId }: Unfinished): string {
  return `${dataWorkDirectory(dataDir, isMountPoint, restoreId)}/old`;
}

function uploadSnapshot(make: Make, { name }: RestoreHost, { restore, snapshot }: StepsInput): RestoreStep {
  const { sha256 } = snapshot.plain;
  const unfinished = unfinishedLine(restore);
  return make('upload', `Bring the snapshot of etcd to ${name}`, {
    script: uploadScript({ restoreId: restore.restoreId, unfinished }, 'snapshot.db', sha256),
    feed: snapshot,
    doneIf: uploadedScript(restore.restoreId, 'snapshot.db', sha256),
  });
}

interface Keys {
  readonly host: RestoreHost;
  readonly file: string;
  readonly part: Part;
}

/** Keys that have to go back to a host; none where it has them. */
function keysOf(
  host: RestoreHost,
  { encryption }: HostFacts,
  backedUp: StepsInput['encryption'],
): readonly Keys[] {
  const then = backedUp(host.name);
  if (then === undefined || encryption === undefined || encryption.sha256 === then.part.plain.sha256)
    return [];
  return [{ host, file: encryption.file, part: then.part }];
}

function uploadKeys(make: Make, { name }: RestoreHost, part: Part, { restore }: StepsInput): RestoreStep {
  const { sha256 } = part.plain;
  const { restoreId } = restore;
  const step = make('upload', `Bring the keys of encryption at rest to ${name}`, {
    script: uploadScript({ restoreId, unfinished: unfinishedLine(restore) }, KEYS_NAME, sha256),
    feed: part,
    doneIf: uploadedScript(restoreId, KEYS_NAME, sha256),
  });
  return { ...step, id: `${step.id}-keys` };
}

function memberRestore(
  member: MemberFacts,
  initialCluster: string,
  { restore, revision }: StepsInput,
): MemberRestore {
  const { restoreId, bump } = restore;
  return { restoreId, bump, initialCluster, revision, member, unfinished: unfinishedLine(restore) };
}
