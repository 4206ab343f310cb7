import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '../../src/backup/manifest.ts';
import type { ProofResult } from '../../src/report/model.ts';
import { onHost } from './ssh.ts';
import { encryptAtRest, saveIdentity } from './support/encryption.ts';
import { type TakenBackup, takeBackup } from './support/exported.ts';
import { cli, kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostFingerprints } from './support/versions.ts';
import { startWriter } from './support/writer.ts';
import { waitFor } from './wait.ts';

const PROXY = '/usr/lib/systemd/systemd-socket-proxyd';

/** A cluster that encrypts its data, backed up to recipients that the run cannot open, while objects change all the time. */
describe('proofs of a backup', () => {
  let lab: TestLab;
  let file: string;
  let identity: string;
  let stranger: string;
  let keys: string;
  let backup: TakenBackup;

  beforeAll(async () => {
    lab = await freshLab();
    const own = await generateIdentity();
    identity = await saveIdentity(lab, 'key.txt', own);
    stranger = await saveIdentity(lab, 'other.txt', await generateIdentity());
    file = await writeClusterFile(lab, { encryptTo: [await identityToRecipient(own)] });
    keys = await encryptAtRest(lab);
    const writer = await startWriter(lab.access);
    try {
      backup = await takeBackup(lab, file);
      expect(writer.count()).toBeGreaterThan(0);
    } finally {
      await writer.stop();
    }
  });

  const run = (args: readonly string[]) => kubestair([...args, '-f', file], storeEnvironment(lab.access));

  async function proofsOf(args: readonly string[]): Promise<ProofResult & { readonly exitCode: number }> {
    const { stdout } = await run([...args, '-o', 'json']);
    return JSON.parse(stdout);
  }

  it('are made while it is taken, of what the run can never read again', () => {
    const objects = backup.manifest.resources
      .filter(({ consistency }) => consistency === 'exact')
      .reduce((sum, part) => sum + part.objects, 0);
    expect(backup.manifest.proofs.map(summaryOf)).toEqual(['checksums passed', 'cross-proof passed']);
    expect(backup.manifest.proofs[1]).toMatchObject({ objects, where: 'cp1' });
  });

  it('are made again of what the store holds', async () => {
    const { proofs, exitCode, record } = await proofsOf(['verify', '--identity', identity]);
    expect(proofs.map(summaryOf)).toEqual(['checksums passed', 'cross-proof passed']);
    expect(record).toContain(`/${backup.manifest.id}/proofs/`);
    expect(exitCode).toBe(0);
  });

  it('go as far as API servers of this version and of the next on the restored snapshot', async () => {
    const { proofs, exitCode } = await proofsOf(['drill', '--identity', identity, '--target', 'v1.36.3']);
    expect(proofs.map(summaryOf)).toEqual(['cross-proof passed', 'drill passed', 'rehearsal passed']);
    expect(proofs.map(({ version }) => version)).toEqual([undefined, 'v1.35.4', 'v1.36.3']);
    expect(exitCode).toBe(0);
    await expectNothingLeft(lab);
  });

  it('are remembered beside the backup', async () => {
    const listed = await run(['backups', '-o', 'json']);
    expect(listed.stdout).toContain('"rehearsal": "passed"');
  });

  it('stop at what an encrypted backup lets nobody see', async () => {
    const { proofs, exitCode } = await proofsOf(['verify']);
    expect(proofs.map(summaryOf)).toEqual(['checksums passed', 'cross-proof not-made']);
    expect(proofs[1]?.code).toBe('IDENTITY_MISSING');
    expect(exitCode).toBe(0);
    for (const [args, code] of [
      [['drill'], 'IDENTITY_MISSING'],
      [['drill', '--identity', stranger], 'IDENTITY_WRONG'],
      [['verify', '--identity', stranger], 'IDENTITY_WRONG'],
    ] as const) {
      const refused = await run(args);
      expect(refused.stderr).toContain(`error[${code}]`);
      expect(refused.code).toBe(2);
    }
  });

  it('name a part that was changed in the store', async () => {
    const part = backup.manifest.resources.find(({ resource }) => resource === 'secrets')?.part;
    const stored = path.join(backup.folder, part?.path ?? '');
    const before = await readFile(stored);
    const changed = Buffer.from(before);
    changed.writeUInt8(changed.readUInt8(changed.length - 9) ^ 1, changed.length - 9);
    await writeFile(stored, changed);
    const { proofs, outcome } = await proofsOf(['verify', '--identity', identity]);
    await writeFile(stored, before);
    expect(outcome.problem?.code).toBe('STORE_CORRUPT');
    expect(proofs[0]?.examples?.map(({ object }) => object)).toEqual([part?.path]);
  });

  it('say so when the keys of encryption at rest are missing', async () => {
    const manifestFile = path.join(backup.folder, 'manifest.json');
    const before = await readFile(manifestFile, 'utf8');
    const { encryption: _keys, ...without } = JSON.parse(before);
    await writeFile(manifestFile, JSON.stringify(without));
    const result = await run(['drill', '--identity', identity]);
    await writeFile(manifestFile, before);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('error[ENCRYPTION_KEYS]');
    expect(result.stderr).toContain('secrets (secretbox:v1:one)');
    expect(result.stdout + result.stderr).not.toContain(/secret: ([^\s,}]+)/.exec(keys)?.[1]);
  });

  it('leave nothing on the host, even if whoever makes them is killed', async () => {
    const child = spawn(process.execPath, [cli, 'drill', '--identity', identity, '-f', file], {
      env: { ...process.env, ...storeEnvironment(lab.access) },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const look = async () => (await scratchOf(lab)).includes('apiserver') || undefined;
    await waitFor('a scratch API server', look, { timeoutMs: 120_000, everyMs: 500 });
    child.kill('SIGKILL');
    await ended;
    await waitFor('its end', async () => (await scratchOf(lab)) === '' || undefined, {
      timeoutMs: 60_000,
      everyMs: 1000,
    });
    await expectNothingLeft(lab);
  });

  it('stop an upgrade before anything is changed when they cannot be made', async () => {
    await onHost(lab.state, 'cp1', `mv ${PROXY} ${PROXY}.away`);
    // The flag was given by hand, which would block a plan.
    const accept = {
      check: 'static-pod-edits',
      object: 'Pod/kube-system/kube-apiserver-cp1',
      reason: 'nothing comes to its end here',
      until: '2099-12-31',
    };
    await writeClusterFile(lab, { encryptTo: backup.manifest.recipients, spec: { accept: [accept] } });
    const before = await hostFingerprints(lab.state);
    const result = await run(['upgrade']);
    expect(result.stderr).toContain('error[BACKUP_UNPROVEN]');
    expect(result.stderr).toContain('it has no systemd-socket-proxyd');
    expect(result.code).toBe(1);
    expect(await hostFingerprints(lab.state)).toBe(before);
  });
});

function summaryOf({ kind, result }: Proof): string {
  return `${kind} ${result}`;
}

/** Units of scratch control planes on the host. */
async function scratchOf({ state }: TestLab): Promise<string> {
  return (
    await onHost(state, 'cp1', `systemctl list-units 'kubestair-scratch-*' --plain --no-legend`)
  ).trim();
}

async function expectNothingLeft(lab: TestLab): Promise<void> {
  expect(await scratchOf(lab)).toBe('');
  const script = 'ls /var/lib/kubestair/scratch; ls -d /run/kubestair-scratch-* 2>/dev/null || :';
  expect((await onHost(lab.state, 'cp1', script)).trim()).toBe('');
}
