import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import { requestLine } from '../../../src/report/commands.ts';
import { exitCodeOf } from '../../../src/report/ending.ts';
import { markdown, SUMMARY_LIMIT } from '../../../src/report/markdown/markdown.ts';
import type { RestoreResult } from '../../../src/report/model.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { plain } from '../../../src/report/terminal/paint.ts';
import { terminalText } from '../../../src/report/terminal/terminal.ts';
import type { Comparison } from '../../../src/restore/etcd/compare.ts';
import type { RestorePlan, RestoreStep } from '../../../src/restore/etcd/plan.ts';
import { upgraded } from './samples.ts';

const backup = upgraded.backup;
if (backup === undefined) throw new Error('the sample has a backup');

const steps: readonly RestoreStep[] = [
  {
    id: 'r1/cp1/upload',
    kind: 'upload',
    node: 'cp1',
    does: 'Bring the snapshot of etcd to cp1',
    script: 'cat >snapshot.db',
    feed: {
      path: 'etcd/snapshot.db.zst.age',
      plain: { bytes: 1, sha256: '' },
      sealed: { bytes: 1, sha256: '' },
    },
  },
  { id: 'r1/cp1/swap', kind: 'swap', node: 'cp1', does: 'Swap the data', script: 'mv "$data" "$work" # <b>' },
  { id: 'r1/quorum', kind: 'quorum', does: 'Wait until etcd answers' },
];

const losses: Comparison = {
  kinds: [
    {
      resource: 'leases.coordination.k8s.io',
      restless: true,
      same: 0,
      differences: [{ standing: 'changed', count: 2, examples: ['a/x'] }],
    },
    {
      resource: 'configmaps',
      restless: false,
      same: 7,
      differences: [{ standing: 'created', count: 5, examples: ['shop/<img>', 'shop/b', 'shop/c'] }],
    },
  ],
  skipped: [],
};

const restore: RestorePlan = {
  format: 'kubestair.dev/restore-plan/v1',
  tool: 'kubestair/0.1.0',
  cluster: 'prod',
  backupId: backup.manifest.id,
  backupUid: backup.manifest.cluster.uid,
  restoreId: 'r1',
  goesOn: false,
  from: 'v1.35.4',
  to: 'v1.35.4',
  hosts: [{ name: 'cp1', address: '10.0.0.1', role: 'control-plane' }],
  kept: [{ node: 'cp1', path: '/var/lib/etcd.kubestair/r1/old' }],
  steps,
  functions: 'pids_of() { :; }',
  findings: [
    {
      check: 'restore-space',
      severity: 'warning',
      object: 'Node/cp1',
      message: 'little room',
      remedy: 'Make room.',
    },
  ],
  losses: known(losses),
  writtenAfter: '1000004712',
};

const asked = {
  file: 'clusters/prod.yaml',
  verbose: false,
  access: { ageIdentityFile: 'prod.key' },
  from: backup.manifest.id,
  confirm: 'prod',
} as const;

const done: RestoreResult = {
  command: 'restore-etcd',
  outcome: { state: 'changed' },
  file: asked.file,
  dryRun: false,
  goOn: requestLine({ command: 'restore-etcd', ...asked }),
  backup,
  restore,
  records: steps.map((step, index) => ({
    step,
    state: 'done',
    startedAt: `2026-11-22T10:00:0${index}Z`,
    finishedAt: `2026-11-22T10:00:0${index + 1}Z`,
    notes: [],
  })),
  comparison: {
    kinds: [
      {
        resource: 'configmaps',
        restless: false,
        same: 400,
        differences: [{ standing: 'of-the-snapshot', count: 3, examples: ['shop/a'] }],
      },
    ],
    skipped: [{ resource: 'events', reason: '503' }],
  },
  startedAt: '2026-11-22T10:00:00Z',
  finishedAt: '2026-11-22T10:01:05Z',
  runId: 'run-9',
};

const dryRun: RestoreResult = {
  ...done,
  outcome: { state: 'ready' },
  dryRun: true,
  records: steps.map((step) => ({ step, state: 'not-started', notes: [] })),
};

const failed: RestoreResult = {
  ...done,
  outcome: { state: 'failed', problem: { code: 'STEP_FAILED', message: 'swap failed', next: 'Look at it.' } },
  records: done.records.map((record, index) => ({
    ...record,
    state: index === 1 ? 'failed' : index === 2 ? 'not-started' : 'done',
    ...(index === 1 && { error: 'no space left' }),
  })),
};

describe('a restore on a terminal', () => {
  it('tells what came back, where the old data is, and that volumes are not part of it', () => {
    const text = terminalText(done, plain);
    expect(text).toContain(`prod is back at ${backup.manifest.id}, restored in 1m 05s.`);
    expect(text).toContain(
      '400 objects of 1 kind came back exactly as the export has them; 3 written between export and snapshot.',
    );
    expect(text).toContain('cp1: /var/lib/etcd.kubestair/r1/old');
    expect(text).toContain('Volumes are not part of a backup');
    expect(text).not.toContain('To go on');
  });

  it('prints every command of a dry run, and what would be lost, people’s objects first', () => {
    const text = terminalText(dryRun, plain);
    for (const { script } of steps) if (script !== undefined) expect(text).toContain(script);
    expect(text).toContain('pids_of() { :; }');
    expect(text).toContain('etcd/snapshot.db.zst.age of the backup');
    expect(text).toContain(
      '5 objects came, 2 changed and 0 went; 2 of them are of kinds that change by themselves',
    );
    expect(text.indexOf('configmaps')).toBeLessThan(text.indexOf('leases.coordination.k8s.io'));
    expect(text).not.toContain('The old data of etcd is kept');
  });

  it('says so when nobody can tell what would be lost', () => {
    const text = terminalText(
      { ...dryRun, restore: { ...restore, losses: unknown('it does not answer') } },
      plain,
    );
    expect(text).toContain('cannot be told: it does not answer');
  });

  it('gives the one command to go on after a failure', () => {
    const text = terminalText(failed, plain);
    expect(text).toContain('failed  r1/cp1/swap: no space left');
    expect(text).toContain(
      `kubestair restore etcd -f clusters/prod.yaml --from ${backup.manifest.id} --identity prod.key --confirm prod`,
    );
  });
});

describe('a restore as Markdown', () => {
  it('tells the same', () => {
    const text = markdown(done, SUMMARY_LIMIT);
    expect(text).toContain('is back at its backup');
    expect(text).toContain('/var/lib/etcd.kubestair/r1/old');
    expect(text).toContain('not compared: 503');
    expect(text).toContain('```mermaid');
  });

  it('lets no name of the cluster become HTML', () => {
    expect(markdown(dryRun, SUMMARY_LIMIT)).not.toContain('<img>');
  });

  it('holds every command of a dry run', () => {
    const text = markdown(dryRun, SUMMARY_LIMIT);
    expect(text).toContain('mv "$data" "$work" # <b>');
    expect(text).toContain('What a restore of `prod` would do');
  });

  it('tells how to go on', () => {
    expect(markdown(failed, SUMMARY_LIMIT)).toContain('--confirm prod');
  });
});

it('sets outputs and exit codes', () => {
  const files = { result: 'r.json', summary: 's.md', report: '/tmp/r/report.html' };
  expect(outputsOf(done, files)).toMatchObject({
    outcome: 'changed',
    'backup-id': backup.manifest.id,
    'run-id': 'run-9',
  });
  expect([done, dryRun, failed].map(exitCodeOf)).toEqual([0, 0, 1]);
});

describe('a rollback', () => {
  const back: RestoreResult = { ...done, command: 'rollback', restore: { ...restore, from: 'v1.36.3' } };

  it('says which version it came from, and which it is at', () => {
    expect(terminalText(back, plain)).toContain(
      `prod is back at v1.35.4 and at ${backup.manifest.id}, rolled back from v1.36.3 in 1m 05s.`,
    );
    expect(markdown(back, 65_000)).toContain('`prod` is back at v1.35.4');
  });

  it('names versions and what it would do before it does it', () => {
    const text = terminalText({ ...dryRun, command: 'rollback', restore: back.restore }, plain);
    expect(text).toContain('What a rollback of prod would do. Nothing was changed.');
    expect(text).toContain('v1.36.3 now, v1.35.4 in the backup');
  });

  it('goes on with the same command', () => {
    const goOn = requestLine({ command: 'rollback', ...asked });
    expect(terminalText({ ...failed, command: 'rollback', goOn }, plain)).toContain(
      `kubestair rollback -f clusters/prod.yaml --from ${backup.manifest.id} --identity prod.key --confirm prod`,
    );
  });
});
