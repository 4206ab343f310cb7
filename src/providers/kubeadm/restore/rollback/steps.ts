import type { VersionText } from '../../../../cluster/observation.ts';
import { minorOf } from '../../../../cluster/version.ts';
import type { RestoreStep } from '../../../../restore/etcd/plan.ts';
import type { Unfinished } from '../facts.ts';
import { restoreDirectory } from '../places.ts';
import { uploadScript } from '../scripts/etcd-data.ts';
import { unfinishedLine } from '../survey.ts';
import { certificatesGood } from './host-checks.ts';
import { hasChanged, type RollbackHost } from './hosts.ts';
import { FILES_NAME, putBackScript, stageBackScript } from './scripts.ts';

export interface RollbackInput {
  readonly restore: Unfinished;
  readonly from: VersionText;
  /** Package repository that the cluster file names; default the one that each host uses. */
  readonly repository: string | undefined;
  /** RFC 3339. */
  readonly at: string;
  /** Hosts that have something to come back, control planes first. */
  readonly hosts: readonly RollbackHost[];
}

/** What a rollback adds to the steps of a restore of etcd. */
export interface RollbackSteps {
  /** Before anything is stopped: images, packages and files reach the hosts. */
  readonly before: readonly RestoreStep[];
  /** While the control plane is down. */
  readonly stopped: readonly RestoreStep[];
  readonly backTo: VersionText;
  /** Workers among the hosts. */
  readonly workers: readonly string[];
}

/**
 * Everything that can be missing is brought to the hosts while the cluster still serves; then, with all API servers and members of
 * etcd down, every host gets the older programs, so that none of the newer ones meets the older data.
 */
export function rollbackSteps(input: RollbackInput, backTo: VersionText): RollbackSteps {
  const { hosts } = input;
  const changed = hosts.filter(hasChanged);
  return {
    before: [
      ...hosts.map((each) => stageBack(each, input)),
      ...hosts.flatMap((each) => uploadFiles(each, input)),
    ],
    stopped: changed.map((each) => putBack(each, input)),
    backTo,
    workers: changed.flatMap(({ host: { name, role } }) => (role === 'worker' ? [name] : [])),
  };
}

function stageBack(each: RollbackHost, { restore, from, repository }: RollbackInput): RestoreStep {
  const { host, kubelet, packages, images, otherRepository } = each;
  return {
    id: `${restore.restoreId}/${host.name}/stage`,
    kind: 'stage',
    node: host.name,
    does: hasChanged(each)
      ? `Bring packages and images of ${kubelet} to ${host.name}`
      : `Let ${host.name} take packages of ${minorOf(kubelet)} again`,
    batch: `${restore.restoreId}/stage`,
    script: stageBackScript({
      restoreId: restore.restoreId,
      unfinished: hasChanged(each) ? unfinishedLine(restore) : undefined,
      switches: otherRepository || packages.length > 0,
      from,
      to: kubelet,
      repository,
      packages,
      images,
    }),
    doneIf: `[ -e ${restoreDirectory(restore.restoreId)}/staged ]`,
  };
}

function uploadFiles({ host, backup }: RollbackHost, { restore }: RollbackInput): readonly RestoreStep[] {
  if (backup === undefined) return [];
  const { part } = backup.part;
  const directory = restoreDirectory(restore.restoreId);
  const { restoreId } = restore;
  return [
    {
      id: `${restoreId}/${host.name}/upload-files`,
      kind: 'upload',
      node: host.name,
      does: `Bring the files of the backup to ${host.name}`,
      script: uploadScript({ restoreId, unfinished: unfinishedLine(restore) }, FILES_NAME, part.plain.sha256),
      feed: part,
      doneIf: `[ -e ${directory}/put-back ] || echo '${part.plain.sha256}  ${directory}/${FILES_NAME}' | sha256sum --check --status`,
    },
  ];
}

function putBack(
  { host, kubelet, packages, otherMinor, backup }: RollbackHost,
  input: RollbackInput,
): RestoreStep {
  const { restoreId } = input.restore;
  const what =
    backup === undefined
      ? `Put packages and kubelet of ${host.name} back to ${kubelet}`
      : `Put packages, manifests, certificates and kubelet of ${host.name} back to ${kubelet}`;
  return {
    id: `${restoreId}/${host.name}/put-back-host`,
    kind: 'put-back',
    node: host.name,
    does: `${what}${otherMinor ? ', after its pods were ended' : ''}`,
    batch: `${restoreId}/put-back`,
    script: putBackScript({
      restoreId,
      version: kubelet,
      packages,
      otherMinor,
      files: backup === undefined ? 'kept' : 'of-the-backup',
      certificates:
        backup === undefined || certificatesGood(backup.files, new Date(input.at)) ? 'put-back' : 'stay',
    }),
    doneIf: `[ -e ${restoreDirectory(restoreId)}/put-back ]`,
  };
}
