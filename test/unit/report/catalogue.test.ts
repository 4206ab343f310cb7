import { expect, test } from 'vitest';
import type { PruneReport } from '../../../src/backup/prune.ts';
import { markdown, SUMMARY_LIMIT } from '../../../src/report/markdown/markdown.ts';
import type { Catalogue, ListedBackup, Result } from '../../../src/report/model.ts';
import { plain } from '../../../src/report/terminal/paint.ts';
import { terminalText } from '../../../src/report/terminal/terminal.ts';

const newest: ListedBackup = {
  id: '20261121T020000Z-0021',
  bytes: 12_900_000,
  writtenAt: '2026-11-21T02:01:00.000Z',
  url: 's3://acme/prod/20261121T020000Z-0021',
  startedAt: '2026-11-21T02:00:00.000Z',
  finishedAt: '2026-11-21T02:01:00.000Z',
  reason: 'backup',
  state: 'complete',
  clusterUid: '0b5c',
  version: 'v1.36.3',
  resourceVersion: '12345',
  objects: 300,
  etcdRevision: '12350',
  recipients: 2,
  proofs: { checksums: 'passed', 'cross-proof': 'passed', drill: 'failed' },
};

const catalogue: Catalogue = {
  cluster: 'prod',
  storeUrl: 's3://acme',
  at: '2026-11-21T09:05:07.000Z',
  backups: [
    newest,
    {
      ...newest,
      id: '20261118T020000Z-0018',
      startedAt: '2026-11-18T02:00:00.000Z',
      state: 'partial',
      lacks: 'BACKUP_PARTIAL',
      recipients: 0,
      proofs: {},
    },
  ],
  remains: [
    { id: '20261121T090000Z-ffff', bytes: 10, writtenAt: '2026-11-21T09:05:00.000Z' },
    { id: '20261101T090000Z-eeee', bytes: 10, writtenAt: '2026-11-01T09:05:00.000Z' },
  ],
  unreadable: [
    { id: '20261117T020000Z-0017', bytes: 10, writtenAt: '', reason: 'the backup is of format v2' },
  ],
};

const listed: Result = { command: 'backups', outcome: { state: 'ready' }, catalogue };

test('the catalogue is a table, newest first, and tells what is no backup', () => {
  expect(terminalText(listed, plain).split('\n')).toEqual([
    'Cluster prod in s3://acme: 2 backups, 24.6 MiB in the store',
    '',
    'ID                     AGE     SIZE      KUBERNETES  REVISION  STATE     SEALED  PROOFS',
    '20261121T020000Z-0021  7h 05m  12.3 MiB  v1.36.3     12345     complete  yes     checksums, cross-proof, drill FAILED',
    '20261118T020000Z-0018  3 days  12.3 MiB  v1.36.3     12345     partial   no      none',
    '',
    'These are no backups',
    '  20261121T090000Z-ffff has no manifest: it is being written, or was cut off (10 B, last written 7s ago)',
    '  20261101T090000Z-eeee has no manifest: it was cut off, and prune removes it (10 B, last written 20 days ago)',
    '  20261117T020000Z-0017 cannot be read: the backup is of format v2 (10 B)',
  ]);
});

test('a catalogue without backups says so', () => {
  const empty: Result = { ...listed, catalogue: { ...catalogue, backups: [], remains: [], unreadable: [] } };
  expect(terminalText(empty, plain)).toBe('Cluster prod in s3://acme: 0 backups, 0 B in the store');
});

const report: PruneReport = {
  cluster: 'prod',
  storeUrl: 's3://acme',
  dryRun: false,
  keep: { daily: 7, monthly: 12 },
  kept: [{ id: newest.id, reasons: ['daily 2026-11-21', 'newest complete'] }],
  deleted: [
    { id: '20261102T020000Z-0002', what: 'backup', bytes: 2048 },
    { id: '20261101T020000Z-0001', what: 'remains', bytes: 1024 },
  ],
  locked: [
    {
      id: '20261103T020000Z-0003',
      what: 'backup',
      bytes: 2048,
      lock: { until: '2027-01-01T00:00:00.000Z', legalHold: true },
    },
  ],
  swept: 2,
  young: ['20261121T090000Z-ffff'],
  unreadable: [],
};

test('a prune says the rule, why each backup stays, and what goes', () => {
  const pruned: Result = { command: 'prune', outcome: { state: 'changed' }, pruned: report };
  expect(terminalText(pruned, plain).split('\n')).toEqual([
    'Cluster prod in s3://acme: keep daily 7, monthly 12',
    '',
    'ID                     KEPT AS',
    '20261121T020000Z-0021  daily 2026-11-21, newest complete',
    '',
    'Deleted',
    '  20261102T020000Z-0002  backup, 2.0 KiB',
    '  20261101T020000Z-0001  remains without a manifest, 1.0 KiB',
    '',
    'Locked by the store',
    '  20261103T020000Z-0003  until 2027-01-01 00:00:00 UTC, and by a legal hold',
    '',
    'Left alone',
    '  20261121T090000Z-ffff  has no manifest yet, and was written to in the last 24 hours',
    '',
    'In short: deleted 1 backup and remains of 1 (3.0 KiB), kept 1 backup, 1 locked by the store, removed what 2 cut-off uploads had left',
  ]);
});

test('a dry run says what would be', () => {
  const dry: Result = { command: 'prune', outcome: { state: 'ready' }, pruned: { ...report, dryRun: true } };
  const text = terminalText(dry, plain);
  expect(text).toContain('Would be deleted');
  expect(text).toContain('would delete 1 backup and remains of 1 (3.0 KiB), would keep 1 backup');
});

test('a summary holds the same', () => {
  const both: readonly Result[] = [
    listed,
    { command: 'prune', outcome: { state: 'changed' }, pruned: report },
  ];
  const [first = '', second = ''] = both.map((ending) => markdown(ending, SUMMARY_LIMIT));
  for (const text of [newest.id, 'drill FAILED', 'it was cut off', 'format v2'])
    expect(first).toContain(text);
  for (const text of ['daily 7', 'until 2027-01-01', '20261102T020000Z-0002']) expect(second).toContain(text);
});
