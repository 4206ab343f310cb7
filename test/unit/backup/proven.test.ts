import { describe, expect, it } from 'vitest';
import type { Proof } from '../../../src/backup/manifest.ts';
import { isProven, isSound, proofResult } from '../../../src/backup/proven.ts';
import { manifest, pods } from './support/manifests.ts';

function proof(kind: Proof['kind'], result: Proof['result'], hour: number): Proof {
  return { kind, result, at: `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`, detail: '' };
}

describe('a proof', () => {
  it.each<[string, readonly Proof[], string | undefined]>([
    ['is not known where none was made', [proof('checksums', 'passed', 1)], undefined],
    ['counts', [proof('drill', 'passed', 1)], 'passed'],
    ['counts by its last attempt', [proof('drill', 'passed', 1), proof('drill', 'failed', 2)], 'failed'],
    ['counts by time, not by place', [proof('drill', 'failed', 2), proof('drill', 'passed', 1)], 'failed'],
    [
      'stands when a later one could not be made',
      [proof('drill', 'passed', 1), proof('drill', 'not-made', 2)],
      'passed',
    ],
    ['that could not be made proves nothing', [proof('drill', 'not-made', 1)], undefined],
    ['that failed may pass later', [proof('drill', 'failed', 1), proof('drill', 'passed', 2)], 'passed'],
  ])('%s', (_what, proofs, expected) => {
    expect(proofResult({ proofs }, 'drill')).toBe(expected);
    expect(isProven({ proofs }, 'drill')).toBe(expected === 'passed');
  });
});

describe('a sound backup', () => {
  it.each([
    ['is one that lacks nothing', {}, true],
    ['is not partial', { state: 'partial', resources: [{ ...pods, part: undefined, error: 'x' }] }, false],
    ['is of one time', { state: 'partial', resources: [{ ...pods, consistency: 'expired' }] }, false],
    ['has no failed read-back', { proofs: [proof('checksums', 'failed', 1)] }, false],
    ['has no failed drill', { proofs: [proof('drill', 'failed', 1)] }, false],
    ['may fail to load in the next version', { proofs: [proof('rehearsal', 'failed', 1)] }, true],
  ])('%s', (_what, over, expected) => {
    expect(isSound(manifest(over as Parameters<typeof manifest>[0]))).toBe(expected);
  });
});
