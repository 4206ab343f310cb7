import type { Check } from './check.ts';

/** A backup holds every Secret of the cluster. */
export const backupEncrypted: Check = {
  id: 'backup-encrypted',
  about: 'The backup is encrypted: it holds every Secret and the keys of the cluster.',
  severity: 'warning',
  evidence: 'The cluster file.',
  remedy: 'Name an age recipient in `spec.backup.encryptTo`.',
  find: ({ config }) => {
    if (config.backup.encryptTo.length > 0) return [];
    return [
      {
        severity: 'warning',
        object: config.backup.store,
        message:
          'takes the backup unencrypted, with every Secret and the private keys of the control plane in it',
        remedy:
          'Make a key with age-keygen, keep it apart from the cluster, and name its recipient in spec.backup.encryptTo.',
      },
    ];
  },
};
