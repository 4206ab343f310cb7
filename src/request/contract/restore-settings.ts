import type { Setting } from './setting.ts';

/** Which objects are restored, and what becomes of those that are there. */
export const OBJECT_SETTINGS = {
  dryRun: {
    input: 'dry-run',
    flag: 'dry-run',
    type: 'boolean',
    commands: ['maintain', 'defrag', 'prune', 'restore-resources', 'restore-etcd', 'rollback'],
    about: 'Show what would be done, and change nothing.',
  },
  namespace: {
    input: 'namespace',
    flag: 'namespace',
    short: 'n',
    placeholder: 'name',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Only objects of this namespace, and the namespace itself; may be repeated.',
  },
  kind: {
    input: 'kind',
    flag: 'kind',
    placeholder: 'kind',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Only objects of this kind, for example `deployments.apps`; may be repeated.',
  },
  selector: {
    input: 'selector',
    flag: 'selector',
    short: 'l',
    placeholder: 'query',
    type: 'text',
    commands: ['restore-resources'],
    about: 'Only objects with these labels, as for kubectl: `app=web,tier!=test`.',
  },
  asNamespace: {
    input: 'as-namespace',
    flag: 'as-namespace',
    placeholder: 'old=new',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Restore the objects of one namespace into another; may be repeated.',
  },
  existing: {
    input: 'existing',
    flag: 'existing',
    placeholder: 'policy',
    type: 'choice',
    choices: ['skip', 'update', 'fail'],
    commands: ['restore-resources'],
    about:
      'What to do with objects that are there and differ: `skip` (the default) leaves them, `update` makes them what they were, `fail` restores nothing at all.',
  },
  skipRefused: {
    input: 'skip-refused',
    flag: 'skip-refused',
    type: 'boolean',
    commands: ['restore-resources'],
    about: 'Restore the rest when the API server refuses some objects; without it nothing is restored then.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** What an operator says to a restore of everything. */
export const ETCD_SETTINGS = {
  confirm: {
    input: 'confirm',
    flag: 'confirm',
    placeholder: 'cluster',
    type: 'text',
    commands: ['restore-etcd', 'rollback'],
    about: 'Name of the cluster, typed by whoever means it; a terminal is asked for it.',
  },
  without: {
    input: 'without',
    flag: 'without',
    placeholder: 'node',
    type: 'list',
    commands: ['restore-etcd', 'rollback'],
    about:
      'Control plane that is gone for good and cannot be restored; for `rollback` any node that is, or that is left as it is.',
  },
  otherCluster: {
    input: 'other-cluster',
    flag: 'other-cluster',
    type: 'boolean',
    default: 'false',
    commands: ['restore-etcd'],
    about: 'The backup is of another cluster, and these hosts are to become that one.',
  },
} as const satisfies Readonly<Record<string, Setting>>;
