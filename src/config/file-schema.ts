import * as z from 'zod';
import { acceptList } from './accept-schema.ts';
import { gatesSchema, hookList } from './gates-schema.ts';
import { policySchema } from './policy-schema.ts';
import { PROOF_LEVELS } from './schema.ts';
import { duration, flag, httpUrl, matching, text } from './values.ts';
import { freezeList, windowList } from './windows-schema.ts';
import { workersSchema } from './workers-schema.ts';

/** Texts below end up in command lines and file names, so each has a form that can be neither an option nor a quote. */
const ADDRESS = /^[A-Za-z0-9[][A-Za-z0-9.:%[\]-]*$/;
const USER = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const PROXY_JUMP = /^[A-Za-z0-9_[][A-Za-z0-9_.@:,%[\]-]*$/;
const RECIPIENT = /^age1[a-z0-9]{20,}$/;
const STORE = /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^?#]*)?|file:\/\/\/[^?#]+)$/;
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/;
const PREFLIGHT_ERROR = /^(?!all$)[A-Za-z0-9][A-Za-z0-9._-]*$/i;

const MANIFESTS = /^(?![/~])[^\0]+$/;

const version = (about: string) =>
  z
    .string()
    .describe(about)
    .meta({ pattern: '^v?1\\.\\d+(\\.\\d+)?$', examples: ['v1.36.3', 'v1.36'] });

const versionFrom = z
  .strictObject({
    file: text('File that holds the version, relative to this file.'),
    path: z.exactOptional(
      text(
        'Where in the file, for example `spec.version` or `kubernetesVersion`; without it the file holds nothing but the version.',
      ),
    ),
  })
  .describe(
    'Takes the version from another file: a plain one, a kubeadm ClusterConfiguration, a Cluster API object.',
  );

const ssh = z.strictObject({
  user: z.exactOptional(
    matching(USER, 'a user name', 'User on the hosts, allowed to use sudo without a password.'),
  ),
  port: z.exactOptional(
    z.int().min(1, 'must be a port').max(65535, 'must be a port').describe('Port of sshd.'),
  ),
  proxyJump: z.exactOptional(
    matching(PROXY_JUMP, 'a host, user@host or user@host:port', 'Host to jump over, as in ssh -J.'),
  ),
  identityFile: z.exactOptional(text('Private key; default what ssh finds by itself.')),
  knownHostsFile: z.exactOptional(
    text('Host keys; default ~/.ssh/known_hosts. Unknown and changed keys are refused.'),
  ),
  configFile: z.exactOptional(text('Configuration of ssh; default ~/.ssh/config.')),
  addresses: z
    .record(z.string(), matching(ADDRESS, 'a host name or an address', 'Address of this node.'))
    .default({})
    .describe("Addresses by node name, where the node's InternalIP cannot be reached."),
});

const hosts = z.exactOptional(
  z
    .discriminatedUnion('transport', [
      z.strictObject({ transport: z.literal('ssh').describe('Over SSH, as spec.access.ssh says.') }),
      z.strictObject({
        transport: z
          .literal('pod')
          .describe('Through a privileged pod on each node, made when it is needed and removed at the end.'),
        namespace: matching(NAME, 'the name of a namespace', 'Namespace of the pods.').default('kube-system'),
        image: z.exactOptional(
          matching(
            IMAGE,
            'an image',
            'Image of the pods; default one that is on the node already. What is in it does not matter.',
          ),
        ),
      }),
    ])
    .describe('How the hosts are reached; default over SSH.'),
);

const access = z.strictObject({
  kubeconfig: z.exactOptional(text('kubeconfig file; default $KUBECONFIG, then ~/.kube/config.')),
  context: z.exactOptional(text("Context to use; default the kubeconfig's current one.")),
  clusterUid: z.exactOptional(text('UID of the namespace kube-system that the cluster must have.')),
  hosts,
  ssh: ssh.prefault({}).describe('How SSH reaches the hosts.'),
});

const kept = (about: string) => z.exactOptional(z.int().min(1, 'must be 1 or more').describe(about));

const keep = z
  .strictObject({
    last: kept('So many of the newest backups.'),
    daily: kept('The newest backup of each of so many days that have one, in UTC.'),
    weekly: kept('The newest of each of so many ISO weeks that have one.'),
    monthly: kept('The newest of each of so many months that have one.'),
    yearly: kept('The newest of each of so many years that have one.'),
  })
  .refine((rules) => Object.keys(rules).length > 0, 'must name one of last, daily, weekly, monthly, yearly')
  .describe('Which backups `kubestair prune` leaves; without it, all. See docs/backups.md.');

const backup = z
  .strictObject({
    store: matching(
      STORE,
      's3://bucket/prefix or file:///directory',
      'Where backups go: `s3://bucket/prefix` or `file:///directory`.',
    ),
    endpoint: z.exactOptional(httpUrl('S3 endpoint, for servers other than AWS.')),
    region: z.exactOptional(text('S3 region; default what the AWS credential chain says.')),
    pathStyle: flag(
      'Bucket in the path instead of the host name, as most S3 servers other than AWS want it.',
    ),
    encryptTo: z
      .array(matching(RECIPIENT, 'an age recipient such as age1…', 'age recipient.'))
      .default([])
      .describe('age recipients that can read the backup; without any it is not encrypted.'),
    prove: z.exactOptional(
      z
        .enum(PROOF_LEVELS)
        .describe(
          'How far a backup is proven while it is taken; default a rehearsal before an upgrade, and a cross-proof otherwise.',
        ),
    ),
    plainKeys: flag(
      'Without recipients, write the keys of encryption at rest in plain text; otherwise a backup of such a cluster is refused.',
    ),
    keep: z.exactOptional(keep),
    pruneAfterBackup: flag('Prune by `keep` after each complete backup that `kubestair backup` takes.'),
  })
  .refine(({ keep: rules, pruneAfterBackup }) => rules !== undefined || !pruneAfterBackup, {
    path: ['pruneAfterBackup'],
    message: 'needs spec.backup.keep',
  });

const drain = z.strictObject({
  timeout: duration('10m', 'How long the drain of one node may take.'),
  deleteEmptyDir: flag('Evict pods with emptyDir volumes, whose contents are lost.'),
  force: flag('Evict pods that no controller would make again.'),
  onTimeout: z
    .enum(['stop', 'quarantine', 'force'])
    .default('stop')
    .describe(
      'When a node is not drained in time: `stop` the rollout; `quarantine` a worker, which stays cordoned while the others go on and the run ends failed; or `force` its pods out by deleting them past their budgets.',
    ),
  maxQuarantined: z
    .int()
    .min(1, 'must be 1 or more')
    .default(1)
    .describe('Workers that may be quarantined before the rollout stops all the same.'),
});

const maintenance = z.strictObject({
  packages: z
    .enum(['update', 'security', 'none'])
    .default('update')
    .describe(
      'Packages to update: all, those with an update of a security archive, or none. kubeadm, kubelet and kubectl stay on hold.',
    ),
  reboot: z
    .enum(['if-needed', 'always', 'never'])
    .default('if-needed')
    .describe('When a host is restarted: `if-needed` where it asks for it itself.'),
  run: z
    .array(text('Command.'))
    .default([])
    .describe('Commands that root runs on each host through sh, after its packages were updated.'),
});

const defrag = z.strictObject({
  fragmentation: z
    .int()
    .min(1, 'must be from 1 to 99')
    .max(99, 'must be from 1 to 99')
    .default(45)
    .describe('Share of a database, in per cent, that must be free.'),
  minSize: matching(/^\d+(?:Ki|Mi|Gi)$/, 'a size such as 100Mi', 'Smaller databases are left alone.').default(
    '100Mi',
  ),
  pause: duration('1m', 'How long etcd is watched between two members.'),
});

const spec = z.strictObject({
  version: z.exactOptional(
    version(
      'Version of Kubernetes to bring the cluster to; without a patch, as `v1.36`, the newest one that the package repository offers.',
    ),
  ),
  versionFrom: z.exactOptional(versionFrom),
  via: z
    .array(version('Version to pass through.'))
    .default([])
    .describe(
      'Versions to pass through on the way, oldest first; minors that are left out are passed at their newest patch.',
    ),
  provider: z.literal('kubeadm').describe('How the cluster was made.'),
  access: access.prefault({}).describe('How the cluster and its hosts are reached.'),
  backup: backup.describe('Where the backup before an upgrade goes.'),
  controlPlane: z
    .strictObject({
      soak: duration('30s', 'How long a control-plane node is watched before the next one starts.'),
    })
    .prefault({}),
  workers: workersSchema.prefault({}).describe('How workers are taken through an upgrade.'),
  drain: drain.prefault({}),
  gates: gatesSchema.prefault({}),
  hooks: hookList,
  packages: z
    .strictObject({
      repository: z.exactOptional(
        httpUrl(
          'Package repositories, one per minor below this URL; default the one that each host takes its packages from today.',
        ),
      ),
    })
    .prefault({}),
  maintenance: maintenance.prefault({}).describe('What `maintain` does on each host.'),
  defrag: defrag.prefault({}).describe('When `defrag` takes a member of etcd.'),
  manifests: z
    .array(matching(MANIFESTS, 'a relative path or pattern', 'Path or pattern, relative to this file.'))
    .default([])
    .describe('Manifests in the repository that may use removed APIs, for example `../deploy/**/*.yaml`.'),
  kubeadm: z
    .strictObject({
      ignorePreflightErrors: z
        .array(matching(PREFLIGHT_ERROR, 'the name of one preflight check', 'Name of a preflight check.'))
        .default([])
        .describe('Preflight checks of kubeadm whose errors become warnings.'),
    })
    .prefault({}),
  windows: windowList,
  freeze: freezeList,
  policy: policySchema,
  accept: acceptList,
});

/** The cluster file as it is written. The one list of keys: what is not here is an error. */
export const clusterFile = z.strictObject({
  apiVersion: z.literal('kubestair.dev/v1'),
  kind: z.literal('Cluster'),
  metadata: z.strictObject({
    name: matching(
      NAME,
      'lower-case letters, digits and dashes',
      'Name of the cluster; backups lie below it in the store.',
    ),
    wave: z.exactOptional(
      z
        .int()
        .min(1, 'must be 1 or more')
        .describe(
          'When it is its turn where one change touches several clusters: lower ones first, those without one last.',
        ),
    ),
  }),
  spec,
});

export type ClusterFile = z.output<typeof clusterFile>;

/** JSON Schema (2020-12) of the cluster file, for editors. */
export function clusterJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(clusterFile, { io: 'input', target: 'draft-2020-12' });
  return { title: 'Kubestair cluster file', ...schema };
}
