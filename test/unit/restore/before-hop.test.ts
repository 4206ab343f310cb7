import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/backup/manifest.ts';
import type { VersionText } from '../../../src/cluster/observation.ts';
import { backupBeforeHop, type UpgradeBackup } from '../../../src/restore/etcd/before-hop.ts';
import { manifest } from '../providers/restore/samples.ts';

const passed = { kind: 'checksums', result: 'passed', at: '2026-11-21T09:05:57Z', detail: 'all' } as const;

function made(
  id: string,
  version: VersionText,
  target: string | undefined,
  change: Partial<Manifest> = {},
): UpgradeBackup {
  const cluster = { name: 'prod', uid: 'u', version };
  const whole = manifest({
    id,
    cluster,
    reason: 'upgrade',
    proofs: [passed, { ...passed, kind: 'cross-proof' }],
    ...change,
  });
  return { backup: { manifest: whole, storeUrl: 'memory://store', prefix: `prod/${id}/` }, target };
}

function choose(
  backups: readonly UpgradeBackup[],
  newest: VersionText,
  { unfinished, mixed = [] }: { readonly unfinished?: string; readonly mixed?: readonly string[] } = {},
): Promise<string> {
  return backupBeforeHop('prod', backups, { newest, unfinished }, async (backup) =>
    mixed.includes(backup.manifest.id) ? ['cp1'] : [],
  );
}

describe('the backup that a rollback goes back to', () => {
  it('is the one that the upgrade made', async () => {
    expect(await choose([made('a', 'v1.35.4', 'v1.36.3')], 'v1.36.3')).toBe('a');
  });

  it('is the one before the last hop of several', async () => {
    const backups = [made('b', 'v1.36.3', 'v1.37.1'), made('a', 'v1.35.4', 'v1.37.1')];
    expect(await choose(backups, 'v1.37.1')).toBe('b');
  });

  it('is the one before the hop where a run went on in the middle of it', async () => {
    const backups = [made('b', 'v1.36.3', 'v1.36.3'), made('a', 'v1.35.4', 'v1.36.3')];
    expect(await choose(backups, 'v1.36.3')).toBe('a');
  });

  it('is none whose control planes were at two minors', async () => {
    const backups = [made('b', 'v1.35.4', 'v1.36.3'), made('a', 'v1.35.4', 'v1.36.3')];
    expect(await choose(backups, 'v1.36.3', { mixed: ['b'] })).toBe('a');
    const none = choose(backups, 'v1.36.3', { mixed: ['a', 'b'] });
    await expect(none).rejects.toMatchObject({
      code: 'ROLLBACK_NO_BACKUP',
      message: expect.stringContaining('b: cp1 had another minor than v1.35.4'),
    });
  });

  it('is of the patch before after a hop of patches', async () => {
    expect(await choose([made('a', 'v1.36.2', 'v1.36.3')], 'v1.36.3')).toBe('a');
  });

  it('is the one that an unfinished rollback is of', async () => {
    const backups = [made('b', 'v1.36.3', 'v1.37.1'), made('a', 'v1.35.4', 'v1.36.3')];
    expect(await choose(backups, 'v1.35.4', { unfinished: 'a' })).toBe('a');
  });

  it.each([
    ['after the hop was taken back', 'v1.35.4' as const, 'v1.36.3'],
    ['before a hop that never began', 'v1.36.3' as const, 'v1.37.1'],
    ['where no journal says how far an upgrade was to go', 'v1.36.3' as const, undefined],
  ])('is none %s, however many older ones there are', async (_when, version, target) => {
    const backups = [made('b', version, target), made('a', 'v1.34.9', 'v1.35.4')];
    await expect(choose(backups, version)).rejects.toMatchObject({ code: 'ROLLBACK_NOTHING' });
  });

  it.each<[string, Partial<Manifest>, string]>([
    ['partial', { state: 'partial' }, 'without some kinds'],
    ['unproven', { proofs: [] }, 'has no checksums'],
  ])('is none that is %s', async (_what, change, words) => {
    await expect(choose([made('a', 'v1.35.4', 'v1.36.3', change)], 'v1.36.3')).rejects.toMatchObject({
      code: 'ROLLBACK_NO_BACKUP',
      message: expect.stringContaining(words),
    });
  });

  it('is none where no upgrade made one', async () => {
    await expect(choose([], 'v1.36.3')).rejects.toMatchObject({ code: 'ROLLBACK_NO_BACKUP' });
  });
});
