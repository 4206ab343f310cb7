import { X509Certificate } from 'node:crypto';
import type { VersionText } from '../../../../cluster/observation.ts';
import { isAtLeastMinor, minorOf } from '../../../../cluster/version.ts';
import type { HostBackup } from '../../../../restore/etcd/host-backup.ts';
import { versionOf } from '../pod-member.ts';
import type { Found, RollbackCheckInput } from './check-input.ts';
import { manifestsOf, type NodeThen } from './hosts.ts';

const CA = '/etc/kubernetes/pki/ca.crt';
const HOUR_MILLISECONDS = 3_600_000;
/** A certificate that ends sooner is not put back over one that is there. */
const CERTIFICATE_HOURS = 24;

/** Certificates and kubeconfigs have one lifetime; those of the backup stay away where it is nearly over. */
export function certificatesGood({ file, paths }: HostBackup, now: Date): boolean {
  const until = now.getTime() + CERTIFICATE_HOURS * HOUR_MILLISECONDS;
  return paths
    .filter((path) => path.endsWith('.crt'))
    .every((path) => {
      const text = file(path);
      return text === undefined || !endsBefore(text, until);
    });
}

function endsBefore(pem: string, until: number): boolean {
  try {
    return new X509Certificate(pem).validToDate.getTime() < until;
  } catch {
    return false;
  }
}

/** The files of every control plane are needed: without its manifests nothing says how it ran. */
export function hostsInBackup({ request, hosts }: RollbackCheckInput): readonly Found[] {
  return hosts
    .filter(({ host, backup }) => host.role === 'control-plane' && backup === undefined)
    .map(({ host }) => ({
      severity: 'blocking' as const,
      object: `Node/${host.name}`,
      message: `the backup ${request.backup.manifest.id} has no files of this control plane`,
      remedy: 'Choose another backup with --from.',
      code: 'ROLLBACK_BACKUP' as const,
    }));
}

/** Certificates of the backup do not work with another authority, and those of all other hosts would not either. */
export function authority({ hosts }: RollbackCheckInput): readonly Found[] {
  return hosts
    .filter(({ facts, backup }) => {
      const then = backup?.files.file(CA)?.trim();
      return then !== undefined && facts.ca !== undefined && facts.ca.trim() !== then;
    })
    .map(({ host }) => ({
      severity: 'blocking' as const,
      object: `Node/${host.name}`,
      message: `${CA} is not the one of the backup: the certificate authority was changed since`,
      remedy: 'Choose a backup of after that change.',
      code: 'ROLLBACK_OTHER_CLUSTER' as const,
    }));
}

export function certificates({ request, hosts }: RollbackCheckInput): readonly Found[] {
  return hosts
    .filter(({ backup }) => backup !== undefined && !certificatesGood(backup.files, new Date(request.at)))
    .map(({ host }) => ({
      severity: 'warning' as const,
      object: `Node/${host.name}`,
      message: `certificates of the backup are over, or end within ${CERTIFICATE_HOURS} h: those on the host stay`,
      remedy: '',
    }));
}

export function packages({ hosts }: RollbackCheckInput): readonly Found[] {
  return hosts
    .filter(({ missing }) => missing.length > 0)
    .map(({ host, missing, kubelet, offersError }) => ({
      severity: 'blocking' as const,
      object: `Node/${host.name}`,
      message: `its repository of ${minorOf(kubelet)} has no ${missing.join(', ')}${offersError === '' ? '' : `: ${offersError}`}`,
      remedy: 'Let the host reach a repository that still has it: spec.packages.repository names a mirror.',
      code: 'ROLLBACK_PACKAGES' as const,
    }));
}

export function images({ toPull }: RollbackCheckInput): readonly Found[] {
  return [...Map.groupBy(toPull, ({ node }) => node)].map(([node, lacking]) => ({
    severity: 'info' as const,
    object: `Node/${node}`,
    message: `it has no image ${lacking.map(({ image }) => image).join(', ')} any more, and pulls it before anything is stopped`,
    remedy: '',
  }));
}

/** Data that a newer etcd wrote is read by none of the minor before it (etcd.io/docs/v3.6/downgrades). */
export function etcdData({ request, hosts, surveyed }: RollbackCheckInput): readonly Found[] {
  const taken: VersionText = `v${request.backup.manifest.etcd.etcdVersion}`;
  return surveyed.flatMap(({ host, facts }): readonly Found[] => {
    if (facts.member === undefined) return [];
    const version = memberVersionThen(hosts, host.name) ?? facts.member.version;
    const { etcdutl, runs, version: now } = facts.member;
    if (
      runs.kind === 'static-pod' &&
      etcdutl?.kind === 'process' &&
      now !== undefined &&
      version !== undefined &&
      minorOf(`v${now}`) !== minorOf(`v${version}`)
    ) {
      return [
        {
          severity: 'blocking',
          object: `Node/${host.name}`,
          message: `it has no etcdutl but that of etcd ${now}, and etcd ${version} of the backup may not read what that one makes`,
          remedy: `Install etcdutl ${version} of https://github.com/etcd-io/etcd/releases in /usr/local/bin.`,
          code: 'ROLLBACK_ETCD_DATA',
        },
      ];
    }
    if (version !== undefined && isAtLeastMinor(`v${version}`, minorOf(taken))) return [];
    return [
      {
        severity: version === undefined ? 'unknown' : 'blocking',
        object: `Node/${host.name}`,
        message:
          version === undefined
            ? 'nothing says which version of etcd will run there'
            : `the snapshot is of etcd ${taken.slice(1)}, and etcd ${version} of the backup does not read newer data`,
        remedy: 'Choose an older backup.',
        code: 'ROLLBACK_ETCD_DATA',
      },
    ];
  });
}

/** The version of etcd that a control plane had as a static pod. */
function memberVersionThen(hosts: readonly NodeThen[], name: string): string | undefined {
  const files = hosts.find(({ host }) => host.name === name)?.backup?.files;
  const image = files === undefined ? undefined : manifestsOf(files).etcd?.image;
  return image === undefined ? undefined : versionOf(image);
}
