import { timeSpan } from './amounts.ts';
import type { Check } from './check.ts';

/** An upgrade takes a backup of its own; that there is a recent one says that backups work here, before a window opens. */
export const backupAge: Check = {
  id: 'backup-age',
  about: 'Where the cluster file asks for it, the store holds a proven backup that is young enough.',
  severity: 'blocking',
  evidence:
    '`spec.policy.maxBackupAge`, the manifests of the newest backups in the store with their proofs, and the date.',
  remedy: 'Take a backup with `kubestair backup`.',
  find: ({ config, observation: { lastBackup }, now }) => {
    const { maxBackupAgeSeconds: most } = config.policy;
    if (most === undefined || lastBackup === undefined) return [];
    const object = `Backups of cluster ${config.name}`;
    if (!lastBackup.known) {
      return [
        {
          severity: 'unknown',
          object,
          message: `could not be read: ${lastBackup.reason}`,
          remedy: lastBackup.next ?? 'Give the plan the right to read the store.',
        },
      ];
    }
    const remedy = 'Take one: kubestair backup, with this cluster file.';
    if (lastBackup.value === null) {
      const message = 'are none that is complete and proven, and spec.policy.maxBackupAge asks for one';
      return [{ severity: 'blocking', object, message, remedy }];
    }
    const { id, finishedAt } = lastBackup.value;
    const age = (now.getTime() - Date.parse(finishedAt)) / 1000;
    if (age <= most) return [];
    return [
      {
        severity: 'blocking',
        object,
        message: `are too old: the newest that is proven, ${id}, was taken ${timeSpan(age)} ago, and spec.policy.maxBackupAge is ${timeSpan(most)}`,
        remedy,
      },
    ];
  },
};
