import type { Finding } from '../../../plan/plan.ts';
import type { HostBackup } from '../../../restore/etcd/host-backup.ts';
import type { RestoreRequest } from '../../../restore/etcd/restorer.ts';
import type { SurveyedHost } from './steps.ts';

const CA = '/etc/kubernetes/pki/ca.crt';

/**
 * Whether the hosts are those of the cluster that was backed up. The UID says so where the API server has its data; a cluster that
 * lost it has none or a new one, but still its certificate authority.
 */
export function checkIdentity(
  { backup: { manifest }, live, otherCluster, expectedUid, command }: RestoreRequest,
  hosts: readonly SurveyedHost[],
  backups: readonly HostBackup[],
): readonly Finding[] {
  const { uid, name } = manifest.cluster;
  // A rollback is of the cluster itself, and nobody can say otherwise.
  const isRollback = command === 'rollback';
  const code = isRollback ? ({ code: 'ROLLBACK_OTHER_CLUSTER' } as const) : {};
  if (expectedUid !== undefined && expectedUid !== uid) {
    return [
      {
        check: 'restore-identity',
        severity: otherCluster ? 'warning' : 'blocking',
        object: `cluster ${name}`,
        message: `the backup is of cluster ${uid}, and the cluster file means ${expectedUid}`,
        ...code,
        remedy: otherCluster
          ? ''
          : isRollback
            ? 'Choose a backup of this cluster with --from.'
            : 'Choose a backup of this cluster; if it was made anew and is to become the one of the backup, say so with --other-cluster.',
      },
    ];
  }
  if (live.known && live.value.uid === uid) return [];
  const authorities = new Set(
    backups.map((backup) => backup.file(CA)?.trim()).filter((ca) => ca !== undefined),
  );
  const strangers = hosts.filter(
    ({ host, facts }) => host.role === 'control-plane' && !authorities.has(facts.ca?.trim() ?? ''),
  );
  const answers = live.known
    ? `the API server answers as cluster ${live.value.uid}`
    : 'the API server does not answer';
  if (strangers.length === 0) {
    if (!live.known) return [];
    return [
      {
        check: 'restore-identity',
        severity: 'warning',
        object: `cluster ${name}`,
        message: `${answers}, and the backup is of ${uid}; the hosts have the certificate authority of the backup, so it is the same cluster with new data`,
        remedy: '',
      },
    ];
  }
  const names = strangers.map(({ host }) => host.name).join(', ');
  return [
    {
      check: 'restore-identity',
      severity: otherCluster ? 'warning' : 'blocking',
      object: `cluster ${name}`,
      message: `the backup is of cluster ${uid}; ${answers}, and ${names} ${strangers.length === 1 ? 'has' : 'have'} another certificate authority than the backup`,
      ...code,
      remedy: otherCluster
        ? 'Tokens, kubeconfigs and certificates of the old authority will not work.'
        : isRollback
          ? 'Choose a backup of this cluster with --from.'
          : 'Choose a backup of this cluster. If the hosts are to become the cluster of the backup, say so with --other-cluster.',
    },
  ];
}
