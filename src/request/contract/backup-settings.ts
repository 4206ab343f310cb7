import type { Setting } from './setting.ts';

/** Which backup is read, with what it is opened and proven. */
export const BACKUP_SETTINGS = {
  from: {
    input: 'from',
    flag: 'from',
    placeholder: 'id',
    type: 'text',
    commands: ['verify', 'drill', 'restore-resources', 'restore-etcd', 'rollback'],
    about:
      'Backup to read: its id, `latest` (the default), or `<cluster>/<id>` for one of another cluster in the same store. The default of `rollback` is the one that the upgrade made before its last hop.',
  },
  id: {
    input: 'id',
    argument: true,
    placeholder: 'id',
    type: 'text',
    required: true,
    commands: ['fetch'],
    about:
      'Backup that the command is about: its id, `latest`, or `<cluster>/<id>` for one of another cluster in the same store.',
  },
  to: {
    input: 'to',
    flag: 'to',
    placeholder: 'directory',
    type: 'path',
    required: true,
    commands: ['fetch'],
    about: 'Folder to fetch to; made where it is missing, and refused where something else is in it.',
  },
  identity: {
    flag: 'identity',
    placeholder: 'path',
    type: 'path',
    commands: ['verify', 'drill', 'fetch', 'restore-resources', 'restore-etcd', 'rollback'],
    about: 'File with the age identity that opens an encrypted backup, as age-keygen writes it.',
  },
  ageIdentity: {
    input: 'age-identity',
    type: 'secret',
    commands: ['verify', 'drill', 'fetch', 'restore-resources', 'restore-etcd', 'rollback'],
    about:
      'age identity that opens an encrypted backup. Masked, kept in a private file, overwritten and removed after the run.',
  },
  target: {
    input: 'target',
    flag: 'target',
    placeholder: 'version',
    type: 'text',
    commands: ['drill'],
    about: 'Version to rehearse the upgrade to, for example `v1.36.3`: at most one minor above the backup.',
  },
  binaries: {
    input: 'binaries',
    flag: 'binaries',
    placeholder: 'path',
    type: 'list',
    commands: ['backup', 'upgrade', 'verify', 'drill', 'maintain', 'defrag'],
    about:
      'Directory of this machine with etcd, etcdutl and kube-apiserver (or kube-apiserver-v1.36.3) to make proofs with; may be repeated. Without it they are made on a control-plane host, out of its own images.',
  },
} as const satisfies Readonly<Record<string, Setting>>;
