import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bumpFor } from '../../../src/restore/etcd/bump.ts';

const BILLION = 1_000_000_000n;

describe('bumpFor', () => {
  it('is the documented amount the first time', () => {
    expect(bumpFor(5000n, 0n)).toBe(BILLION);
    expect(bumpFor(5000n, 905_000n)).toBe(BILLION);
  });

  it('goes further when the same snapshot is restored again', () => {
    const first = 5000n + bumpFor(5000n, 905_000n);
    const second = 5000n + bumpFor(5000n, first + 70_000n);
    expect(second).toBeGreaterThan(first + 70_000n);
  });

  it('never leads to a revision that was there before, whatever was restored in which order', () => {
    const life = fc.array(
      fc.record({
        writes: fc.bigInt({ min: 0n, max: 400_000_000n }),
        back: fc.nat({ max: 1000 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(life, (events) => {
        let revision = 1n;
        let highest = 1n;
        const snapshots = [1n];
        for (const { writes, back } of events) {
          revision += writes;
          snapshots.push(revision);
          highest = revision > highest ? revision : highest;
          const snapshot = snapshots[back % snapshots.length] ?? 1n;
          revision = snapshot + bumpFor(snapshot, highest);
          expect(revision).toBeGreaterThan(highest);
          highest = revision;
        }
      }),
    );
  });
});
