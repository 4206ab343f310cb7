import { acceptForUpgrade } from '../../../../backup/verified.ts';
import { tagOf } from '../../../../cluster/mapping.ts';
import type { VersionText } from '../../../../cluster/observation.ts';
import { compareVersions, minorOf, minorsBetween, versionOfTag } from '../../../../cluster/version.ts';
import { asKubestairError } from '../../../../errors.ts';
import type { Finding } from '../../../../plan/plan.ts';
import type { HostBackup } from '../../../../restore/etcd/host-backup.ts';
import type { Found, RollbackCheckInput } from './check-input.ts';
import { authority, certificates, etcdData, hostsInBackup, images, packages } from './host-checks.ts';
import { manifestsOf } from './hosts.ts';

/** What speaks against going back to a backup, beyond what speaks against restoring its etcd. */
export function checkRollback(input: RollbackCheckInput): readonly Finding[] {
  const checks: Readonly<Record<string, (input: RollbackCheckInput) => readonly Found[]>> = {
    'rollback-backup': backupProven,
    'rollback-hop': hop,
    'rollback-mixed': mixed,
    'rollback-hosts': hostsInBackup,
    'rollback-authority': authority,
    'rollback-certificates': certificates,
    'rollback-packages': packages,
    'rollback-images': images,
    'rollback-etcd': etcdData,
  };
  return Object.entries(checks).flatMap(([check, find]) => find(input).map((found) => ({ check, ...found })));
}

/** Control planes whose files show another minor than their backup names: it was taken in the middle of a hop. */
export function mixedHosts(cluster: VersionText, backups: readonly HostBackup[]): readonly string[] {
  return backups.flatMap((files) => {
    const { etcd: _etcd, ...components } = manifestsOf(files);
    const images = Object.values(components).map(({ image }) => versionOfTag(tagOf(image) ?? ''));
    const others = images.filter((version) => version !== undefined && minorOf(version) !== minorOf(cluster));
    return others.length === 0 ? [] : [files.node];
  });
}

function backupProven({ request: { backup } }: RollbackCheckInput): readonly Found[] {
  try {
    acceptForUpgrade(backup);
    return [];
  } catch (thrown) {
    const { message, next = '' } = asKubestairError(thrown);
    return [
      {
        severity: 'blocking',
        object: backup.manifest.id,
        message: `${message}; nothing may rely on it`,
        remedy: `Choose another backup with --from. (${next})`,
        code: 'ROLLBACK_BACKUP',
      },
    ];
  }
}

function hop({ request, newest, hosts, goesOn }: RollbackCheckInput): readonly Found[] {
  const { name, version } = request.backup.manifest.cluster;
  const object = `cluster ${name}`;
  if (newest === undefined) {
    return [
      {
        severity: 'unknown',
        object,
        message: 'no host says which version it has',
        remedy: 'Look at /etc/kubernetes/manifests and at dpkg -l kubelet on the control planes.',
      },
    ];
  }
  if (minorsBetween(version, newest) > 1) {
    return [
      {
        severity: 'blocking',
        object,
        message: `the backup is of ${version}, and the cluster has ${newest}: a rollback takes back one minor, and what was stored since may be more than that`,
        remedy: `Choose a backup of the minor before ${minorOf(newest)}, or build the cluster anew and restore its resources.`,
        code: 'ROLLBACK_TOO_FAR',
      },
    ];
  }
  const isBack = hosts.every(({ packages, missing }) => packages.length + missing.length === 0);
  if (goesOn || compareVersions(newest, version) > 0 || !isBack) return [];
  return [
    {
      severity: 'blocking',
      object,
      message: `every component is at ${newest}, and the backup is of ${version}: there is nothing to roll back`,
      remedy: `To put only the data back: kubestair restore etcd --from ${request.backup.manifest.id}. Another backup is chosen with --from.`,
      code: 'ROLLBACK_NOTHING',
    },
  ];
}

function mixed({ request, hosts }: RollbackCheckInput): readonly Found[] {
  const { version } = request.backup.manifest.cluster;
  const names = mixedHosts(
    version,
    hosts.flatMap(({ backup }) => (backup === undefined ? [] : [backup.files])),
  );
  if (names.length === 0) return [];
  return [
    {
      severity: 'blocking',
      object: request.backup.manifest.id,
      message: `it was taken in the middle of a hop: ${names.join(', ')} had another minor than ${version}`,
      remedy: 'Choose the backup of before that hop with --from.',
      code: 'ROLLBACK_BACKUP',
    },
  ];
}
