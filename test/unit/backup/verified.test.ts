import { describe, expect, it } from 'vitest';
import { type AcceptedGroup, acceptedGroups, markAccepted } from '../../../src/backup/accepted-group.ts';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { acceptForUpgrade, shortcomingOf } from '../../../src/backup/verified.ts';
import { manifest, pods, proof } from './support/manifests.ts';

const { part: _part, ...podsWithoutPart } = pods;
const forbidden = { ...podsWithoutPart, objects: 0, error: 'pods is forbidden' };
const summary = (over: Partial<Manifest>) => ({
  manifest: manifest(over),
  storeUrl: 'file:///backups',
  prefix: 'prod/20261121T090507Z-3f9a/',
});

describe('acceptForUpgrade', () => {
  it('takes a complete backup that was read back', () => {
    const complete = summary({});
    expect(acceptForUpgrade(complete)).toBe(complete);
  });

  it('refuses a partial one and names what it lacks', () => {
    const dead = { ...forbidden, group: 'metrics.k8s.io', resource: '*', error: 'no endpoints' };
    expect(() => acceptForUpgrade(summary({ state: 'partial', resources: [forbidden, dead] }))).toThrow(
      expect.objectContaining({
        code: 'BACKUP_PARTIAL',
        message: 'the backup is without pods (pods is forbidden); *.metrics.k8s.io (no endpoints)',
      }),
    );
  });

  it('takes one without a dead aggregated API that the cluster file accepts, and no other', () => {
    const dead = { ...forbidden, group: 'metrics.k8s.io', version: 'v1beta1', resource: '*' };
    const groups = [{ group: 'metrics.k8s.io', version: 'v1beta1', reason: 'r', until: '2027-01-31' }];
    const [accepted = dead] = markAccepted([dead], groups);
    expect(accepted).toMatchObject({ accepted: { reason: 'r', until: '2027-01-31' } });
    expect(() => acceptForUpgrade(summary({ resources: [pods, accepted] }))).not.toThrow();
    expect(() => acceptForUpgrade(summary({ resources: [forbidden, accepted] }))).toThrow(
      expect.objectContaining({ message: 'the backup is without pods (pods is forbidden)' }),
    );
    expect(markAccepted([pods], [{ ...groups[0], group: '', version: 'v1' } as AcceptedGroup])).toEqual([
      pods,
    ]);
  });

  it('believes the parts more than the word', () => {
    expect(() => acceptForUpgrade(summary({ resources: [pods, forbidden] }))).toThrow(
      expect.objectContaining({ code: 'BACKUP_PARTIAL' }),
    );
    expect(() => acceptForUpgrade(summary({ state: 'partial' }))).toThrow(
      expect.objectContaining({ code: 'BACKUP_PARTIAL' }),
    );
  });

  it('refuses one whose kinds are of different times, and names those that are late', () => {
    const late = { ...pods, group: 'x.example.com', resource: 'xs', consistency: 'expired' as const };
    for (const state of ['partial', 'complete'] as const) {
      expect(() => acceptForUpgrade(summary({ state, resources: [pods, late] }))).toThrow(
        expect.objectContaining({
          code: 'BACKUP_INCONSISTENT',
          message: expect.stringContaining('resource version 100 before xs.x.example.com could'),
        }),
      );
    }
  });

  it.each(['checksums', 'cross-proof'] as const)('refuses one without %s', (kind) => {
    const proofs = manifest().proofs.filter((each) => each.kind !== kind);
    expect(() => acceptForUpgrade(summary({ proofs }))).toThrow(
      expect.objectContaining({
        code: 'BACKUP_UNPROVEN',
        message: `the backup has no ${kind}: none was made`,
      }),
    );
  });

  it('says why a proof that it demands could not be made', () => {
    const crossProof = proof('cross-proof', {
      result: 'not-made',
      detail: 'cp1 has 1.0 GiB free',
      code: 'SCRATCH_UNAVAILABLE',
      next: 'Free some space.',
    });
    expect(() => acceptForUpgrade(summary({ proofs: [proof('checksums'), crossProof] }))).toThrow(
      expect.objectContaining({
        code: 'BACKUP_UNPROVEN',
        message: 'the backup has no cross-proof: cp1 has 1.0 GiB free',
        next: 'Free some space.',
      }),
    );
  });

  it.each([
    ['checksums', 'STORE_CORRUPT'],
    ['cross-proof', 'SNAPSHOT_HASH'],
    ['drill', 'ENCRYPTION_KEYS'],
    ['rehearsal', 'REHEARSAL_FAILED'],
  ] as const)('refuses one whose %s failed, with the code of that', (kind, code) => {
    const proofs = [...manifest().proofs, proof(kind, { result: 'failed', code, detail: 'so it is' })];
    expect(() => acceptForUpgrade(summary({ proofs }))).toThrow(
      expect.objectContaining({ code, message: `the ${kind} of the backup failed: so it is` }),
    );
  });

  it('takes one whose drill could not be made', () => {
    const proofs = [...manifest().proofs, proof('drill', { result: 'not-made' })];
    expect(() => acceptForUpgrade(summary({ proofs }))).not.toThrow();
  });

  it('goes by the last proof of a kind', () => {
    const failed = proof('checksums', { result: 'failed', code: 'STORE_CORRUPT' });
    const { proofs } = manifest();
    expect(() => acceptForUpgrade(summary({ proofs: [...proofs, failed] }))).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
    expect(() => acceptForUpgrade(summary({ proofs: [failed, ...proofs] }))).not.toThrow();
  });
});

describe('shortcomingOf', () => {
  it('is nothing for a complete backup', () => {
    expect(shortcomingOf(manifest())).toBeUndefined();
  });

  it('counts a kind that cannot be listed at one version with the others as whole', () => {
    expect(shortcomingOf(manifest({ resources: [pods, { ...pods, consistency: 'own' }] }))).toBeUndefined();
  });
});

describe('acceptedGroups', () => {
  const at = { file: 'clusters/prod.yaml' };
  const accept = { check: 'api-services', object: 'APIService/v1beta1.metrics.k8s.io', reason: 'r', at };

  it('are those of APIServices whose acceptance still counts', () => {
    const until = '2026-11-21';
    expect(acceptedGroups([{ ...accept, until }], '2026-11-21')).toEqual([
      { group: 'metrics.k8s.io', version: 'v1beta1', reason: 'r', until },
    ]);
    expect(acceptedGroups([{ ...accept, until }], '2026-11-22')).toEqual([]);
    expect(acceptedGroups([{ ...accept, check: 'webhooks', until }], '2026-11-21')).toEqual([]);
  });
});
