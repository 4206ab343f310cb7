import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { acceptForUpgrade, shortcomingOf } from '../../../src/backup/verified.ts';
import { manifest, pods } from './support/manifests.ts';

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

  it('refuses one that was never read back', () => {
    expect(() => acceptForUpgrade(summary({ proofs: [] }))).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
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
