import type { Check } from './check.ts';

/** Objects are being rewritten: a backup amid that holds both forms, and so needs the keys of both. */
export const storageMigrations: Check = {
  id: 'storage-migrations',
  about: 'No migration of stored objects is under way.',
  severity: 'warning',
  evidence:
    'StorageVersionMigrations that have neither succeeded nor failed, where the API server serves them.',
  remedy: 'Wait until it is done.',
  find: ({ observation: { extensions } }) => {
    if (!extensions.known) return [];
    return extensions.value.migrations.map((name) => ({
      severity: 'warning',
      object: `StorageVersionMigration/${name}`,
      message: 'is rewriting objects: an upgrade now stops it half-way, and restarts it',
      remedy: `Wait for it: kubectl wait storageversionmigration/${name} --for=condition=Succeeded`,
    }));
  },
};
