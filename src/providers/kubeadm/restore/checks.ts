import type { EncryptionPart, Manifest } from '../../../backup/manifest.ts';
import { tagOf } from '../../../cluster/mapping.ts';
import type { VersionText } from '../../../cluster/observation.ts';
import {
  compareVersions,
  isAtLeastMinor,
  minorOf,
  newestOf,
  versionOfTag,
} from '../../../cluster/version.ts';
import type { Finding } from '../../../plan/plan.ts';
import { formatBytes } from '../../../report/units.ts';
import type { HostFacts } from './facts.ts';
import type { SurveyedHost } from './steps.ts';

/** What is left free on top of what the data needs: a WAL file is made at its full size of 64 MiB, and the next one with it. */
const SPARE_BYTES = 256 * 1024 * 1024;

export interface CheckInput {
  readonly manifest: Manifest & { readonly etcd: NonNullable<Manifest['etcd']> };
  readonly hosts: readonly SurveyedHost[];
  /** A rollback brings the older version itself. */
  readonly command: 'restore-etcd' | 'rollback';
}

type Found = Omit<Finding, 'check'>;

/** What speaks against a restore, as the hosts were found. */
export function checkHosts(input: CheckInput): readonly Finding[] {
  const checks: Readonly<Record<string, (input: CheckInput) => readonly Found[]>> = {
    'restore-members': members,
    'restore-etcd-version': etcdVersion,
    'restore-kubernetes-version': kubernetesVersion,
    'restore-space': space,
    'restore-encryption': encryption,
    'restore-tools': tools,
  };
  return Object.entries(checks).flatMap(([check, find]) => find(input).map((found) => ({ check, ...found })));
}

/** The newest version of Kubernetes that a control plane's manifests name; undefined where they name none. */
export function controlPlaneVersion(hosts: readonly HostFacts[]): VersionText | undefined {
  const versions = hosts.map(({ manifests }) =>
    versionOfTag(tagOf(manifests['kube-apiserver']?.image ?? '') ?? ''),
  );
  return newestOf(versions.filter((version) => version !== undefined));
}

function members({ hosts }: CheckInput): readonly Found[] {
  const found: Found[] = [];
  const surveyed = hosts.flatMap(({ host, facts }) => (facts.member ? [{ host, member: facts.member }] : []));
  for (const { host, facts } of hosts.filter(({ host }) => host.role === 'control-plane')) {
    if (facts.manifests['kube-apiserver'] !== undefined) continue;
    found.push({
      severity: 'blocking',
      object: `Node/${host.name}`,
      message: 'it has no manifest of a kube-apiserver, so nothing could be started there after the restore',
      remedy: `Bring /etc/kubernetes back first: take the tar hosts/${host.name} of the backup out of the store, unseal it, and unpack it over /.`,
    });
  }
  for (const { host, member } of surveyed) {
    const object = `Node/${host.name}`;
    if (member.walDir !== undefined) {
      found.push({
        severity: 'blocking',
        object,
        message: `etcd keeps its WAL apart from its data, in ${member.walDir}, which Kubestair does not restore yet`,
        remedy:
          'Let the member keep its WAL in the data directory, or restore by hand as docs/restore.md says.',
      });
    }
    const lonely = member.peerUrls.some((url) => /\/\/(localhost|127\.|\[::1\])/.test(url));
    if (member.peerUrls.length === 0 || (surveyed.length > 1 && lonely)) {
      found.push({
        severity: 'blocking',
        object,
        message: `etcd names no peer URL that other members can reach (${member.peerUrls.join(', ') || 'none at all'})`,
        remedy: 'Correct --initial-advertise-peer-urls of that member.',
      });
    }
  }
  const names = surveyed.map(({ member }) => member.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    found.push({
      severity: 'blocking',
      object: 'etcd',
      message: `two members have the name ${twice[0]}`,
      remedy: 'Give each member a --name of its own.',
    });
  }
  if (surveyed.length === 0) {
    found.push({
      severity: 'blocking',
      object: 'etcd',
      message: 'no host has a member of etcd',
      remedy:
        'Look at /etc/kubernetes/manifests/etcd.yaml on the control planes, or at etcd.service on the hosts of an external etcd.',
    });
  }
  return found;
}

/** etcd reads data of its own minor and of the one before (etcd.io/docs/v3.6/upgrades); older programs do not read newer data. */
function etcdVersion({ manifest, hosts, command }: CheckInput): readonly Found[] {
  if (command === 'rollback') return [];
  const taken: VersionText = `v${manifest.etcd.etcdVersion}`;
  return hosts.flatMap(({ host, facts }): readonly Found[] => {
    if (facts.member === undefined) return [];
    const { version } = facts.member;
    const object = `Node/${host.name}`;
    if (version === undefined) {
      return [
        {
          severity: 'unknown',
          object,
          message: 'nothing says which version of etcd runs there',
          remedy: "Name the image of etcd in the static pod's manifest with its version as tag.",
        },
      ];
    }
    if (isAtLeastMinor(`v${version}`, minorOf(taken))) return [];
    return [
      {
        severity: 'blocking',
        object,
        message: `the snapshot is of etcd ${manifest.etcd.etcdVersion}, and the host runs ${version}, which does not read newer data`,
        remedy: 'Choose an older backup, or bring the host to that version of etcd first.',
      },
    ];
  });
}

function kubernetesVersion({ manifest, hosts, command }: CheckInput): readonly Found[] {
  if (command === 'rollback') return [];
  const now = controlPlaneVersion(hosts.map(({ facts }) => facts));
  const then = manifest.cluster.version;
  if (now === undefined || minorOf(now) === minorOf(then)) return [];
  const object = `cluster ${manifest.cluster.name}`;
  if (compareVersions(now, then) > 0) {
    return [
      {
        severity: 'warning',
        object,
        message: `the backup is of ${then}, and the control plane is at ${now}: it will run on objects, add-ons and kubeadm's record of ${minorOf(then)}`,
        remedy: 'The hosts stay at their version; Kubernetes has no downgrade in place.',
      },
    ];
  }
  return [
    {
      severity: 'blocking',
      object,
      message: `the backup is of ${then}, and the control plane is at ${now}: an older API server may not read what a newer one stored`,
      remedy: 'Choose an older backup, or bring the control plane to that version first.',
    },
  ];
}

function space({ manifest, hosts }: CheckInput): readonly Found[] {
  const { bytes } = manifest.etcd.part.plain;
  const needs = bytes + SPARE_BYTES;
  return hosts.flatMap(({ host, facts }): readonly Found[] => {
    // What an earlier run began has its room already.
    if (facts.member === undefined || facts.unfinished !== undefined) return [];
    const places = [
      { place: '/var/lib', free: facts.freeBytes },
      { place: facts.member.dataDir, free: facts.member.freeBytes },
    ];
    // Snapshot and new data may lie on one file system.
    const both = facts.freeBytes === facts.member.freeBytes ? 2 * bytes + SPARE_BYTES : needs;
    const short = places.find(({ free }) => !(free >= both));
    if (short === undefined) return [];
    return [
      {
        severity: Number.isNaN(short.free) ? 'unknown' : 'blocking',
        object: `Node/${host.name}`,
        message: `${short.place} has ${formatBytes(short.free)} free, and the restore needs ${formatBytes(both)}: the old data is kept`,
        remedy:
          'Make room there. Leftovers of kubeadm in /etc/kubernetes/tmp and data of earlier restores are safe to remove once they are not needed.',
      },
    ];
  });
}

/** With other keys than those of the backup the API server could read nothing of what comes back. */
function encryption({ manifest, hosts }: CheckInput): readonly Found[] {
  return hosts.flatMap(({ host, facts }): readonly Found[] => {
    if (host.role !== 'control-plane') return [];
    const then = encryptionOf(manifest, host.name);
    const now = facts.encryption;
    const object = `Node/${host.name}`;
    if (then === undefined) {
      if (now === undefined) return [];
      if (now.sha256 === '') {
        return [
          {
            severity: 'blocking',
            object,
            message: `its API server encrypts at rest with ${now.file}, which is missing, and the backup holds no keys`,
            remedy: 'Bring the file back from where its keys are kept, or choose a backup that holds them.',
          },
        ];
      }
      return [
        {
          severity: 'warning',
          object,
          message:
            'its API server encrypts at rest now and did not at the time of the backup: what comes back is not encrypted',
          remedy:
            'Rewrite the Secrets after the restore: kubectl get secrets -A -o json | kubectl replace -f -.',
        },
      ];
    }
    if (now === undefined) {
      return [
        {
          severity: 'blocking',
          object,
          message: `its API server has no --encryption-provider-config, and what the backup holds was encrypted with ${then.file}`,
          remedy: 'Set the flag in its manifest, then run the command again.',
        },
      ];
    }
    if (now.sha256 === then.part.plain.sha256) return [];
    const finding = now.sha256 === '' ? 'is missing' : 'is not the one of the backup';
    return [
      {
        severity: 'warning',
        object,
        message: `${now.file} ${finding}: the one of the backup takes its place${now.sha256 === '' ? '' : ', and the other is kept'}`,
        remedy: 'If keys were changed since, change them again after the restore.',
      },
    ];
  });
}

/** The EncryptionConfiguration of a host; one that was not there at the time of the backup gets what the others had. */
export function encryptionOf({ encryption = [] }: Manifest, node: string): EncryptionPart | undefined {
  return encryption.find((part) => part.node === node) ?? encryption[0];
}

function tools({ hosts }: CheckInput): readonly Found[] {
  return hosts.flatMap(({ host, facts }): readonly Found[] => {
    const { member } = facts;
    if (member === undefined || member.etcdutl !== undefined) return [];
    return [
      {
        severity: 'blocking',
        object: `Node/${host.name}`,
        message: `it has no etcdutl of etcd ${member.version ?? 'of its version'}: neither containerd with ctr, nor a running etcd, nor one in PATH`,
        remedy: `Install etcdutl ${member.version ?? ''} of https://github.com/etcd-io/etcd/releases in /usr/local/bin.`,
      },
    ];
  });
}
