import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireDocument } from '../support/documents.ts';
import { manifest } from '../unit/backup/support/manifests.ts';
import { makeWorkspace, runCli, runStep, type Workspace } from './runner.ts';
import { goodFile } from './samples.ts';

const ID = '20261121T090507Z-3f9a';
/** Nobody listens there; what is refused before a cluster is asked must not need one. */
const kubeconfig = `apiVersion: v1
kind: Config
current-context: prod
clusters: [{ name: prod, cluster: { server: "https://127.0.0.1:1" } }]
contexts: [{ name: prod, context: { cluster: prod, user: admin } }]
users: [{ name: admin, user: { token: s3cret-token-of-the-admin } }]
`;

let workspace: Workspace;

beforeEach(async () => {
  workspace = await makeWorkspace();
  await workspace.write('prod.yaml', goodFile.replace('/nonexistent/backups', `${workspace.path}/store`));
  await workspace.write('kubeconfig', kubeconfig);
  await workspace.write('store/prod/runs/x/0.json', '{}');
});

afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

function store(text: string): Promise<string> {
  return workspace.write(`store/prod/${ID}/manifest.json`, text);
}

const written = manifest({ id: ID });
const CASES: readonly (readonly [string, string | undefined, readonly string[], string])[] = [
  ['a backup that is not there', undefined, ['--from', ID], 'BACKUP_NOT_FOUND'],
  ['a store without backups', undefined, [], 'BACKUP_NOT_FOUND'],
  ['a manifest of a later format', '{"format":"kubestair.dev/backup/v9"}', ['--from', ID], 'BACKUP_FORMAT'],
  [
    'a manifest of another cluster',
    JSON.stringify({ ...written, cluster: { ...written.cluster, name: 'staging' } }),
    ['--from', ID],
    'BACKUP_FOREIGN',
  ],
  ['an identity that is none', JSON.stringify(written), ['--identity', 'prod.yaml'], 'IDENTITY_INVALID'],
  ['an identity that is not there', JSON.stringify(written), ['--identity', 'nope'], 'IDENTITY_INVALID'],
];

describe.each(['verify', 'drill'])('%s', (command) => {
  test.each(CASES)('refuses %s', async (_what, text, args, code) => {
    if (text !== undefined) await store(text);
    const ended = await runCli(workspace, [
      ...[command, '-f', 'prod.yaml', '--kubeconfig', 'kubeconfig'],
      ...args,
    ]);
    expect(ended.stderr).toContain(`error[${code}]: `);
    expect(ended.stderr).toMatch(/^ {2}next: \S/m);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });
});

test('verify tells what it could prove of a backup without a snapshot, and keeps it', async () => {
  await store(JSON.stringify({ ...written, etcd: undefined, resources: [] }));
  const args = ['verify', '-f', 'prod.yaml', '--kubeconfig', 'kubeconfig', '-o', 'json'];
  const ended = await runCli(workspace, args);
  expect(ended.code).toBe(0);
  const { proofs, record } = JSON.parse(ended.stdout);
  expect(proofs).toMatchObject([
    { kind: 'checksums', result: 'passed' },
    { kind: 'cross-proof', result: 'not-made', code: 'BACKUP_WITHOUT_ETCD' },
  ]);
  expect(record).toMatch(new RegExp(`^prod/${ID}/proofs/.*\\.json$`));
  requireDocument('proofs', await readFile(join(workspace.path, 'store', record), 'utf8'));
  const drilled = await runCli(workspace, ['drill', ...args.slice(1, 5)]);
  expect(drilled.stderr).toContain('error[BACKUP_WITHOUT_ETCD]: ');
  expect(drilled.code).toBe(2);
});

test('a drill asks for no version that an upgrade would not reach', async () => {
  await store(JSON.stringify(written));
  for (const [target, code] of [
    ['v1.35.9', 'VERSION_DOWNGRADE'],
    ['v1.38.0', 'VERSION_SKIPS_MINOR'],
  ]) {
    const args = ['drill', '-f', 'prod.yaml', '--kubeconfig', 'kubeconfig', '--target', target ?? ''];
    const ended = await runCli(workspace, args);
    expect(ended.stderr).toContain(`error[${code}]: `);
    expect(ended.code).toBe(2);
  }
});

test('the Action says the same', async () => {
  const ended = await runStep(workspace, 'main.js', {
    inputs: { command: 'verify', file: 'prod.yaml', from: ID, kubeconfig },
  });
  expect(ended.code).toBe(2);
  expect(ended.outputs).toMatchObject({ outcome: 'failed', reason: 'BACKUP_NOT_FOUND', proofs: '' });
});
