import { describe, expect, it } from 'vitest';
import {
  afterRestore,
  compareKind,
  countOf,
  type Mark,
  sinceBackup,
} from '../../../src/restore/etcd/compare.ts';

const mark = (uid: string, resourceVersion: string): Mark => ({ uid, resourceVersion });

describe('what a restore would lose', () => {
  it('counts what came, changed and went, with some of each', () => {
    const backedUp = new Map([
      ['a/same', mark('1', '10')],
      ['a/changed', mark('2', '11')],
      ['a/deleted', mark('3', '12')],
      ['a/made-anew', mark('4', '13')],
    ]);
    const live = new Map([
      ['a/same', mark('1', '10')],
      ['a/changed', mark('2', '99')],
      ['a/made-anew', mark('9', '98')],
      ...['v', 'w', 'x', 'y', 'z'].map((name) => [`b/${name}`, mark(name, '97')] as const),
    ]);
    const kind = compareKind('configmaps', backedUp, live, sinceBackup);
    expect(kind).toEqual({
      resource: 'configmaps',
      restless: false,
      same: 1,
      differences: [
        { standing: 'changed', count: 2, examples: ['a/changed', 'a/made-anew'] },
        { standing: 'deleted', count: 1, examples: ['a/deleted'] },
        { standing: 'created', count: 5, examples: ['b/v', 'b/w', 'b/x'] },
      ],
    });
    expect(countOf({ kinds: [kind], skipped: [] }, 'created')).toBe(5);
    expect(countOf({ kinds: [kind], skipped: [] }, 'same')).toBe(1);
  });
});

describe('what a restore brought back', () => {
  // Exported at 100; the snapshot came at 120; everything after the restore is above a billion.
  const judge = afterRestore('100', '1000000120');

  it.each([
    ['as it was exported', mark('1', '90'), mark('1', '90'), 'same'],
    ['written since the restore', mark('1', '90'), mark('1', '1000000121'), 'written-since'],
    ['made since the restore', undefined, mark('2', '1000000300'), 'written-since'],
    ['written between export and snapshot', mark('1', '90'), mark('1', '110'), 'of-the-snapshot'],
    ['made between export and snapshot', undefined, mark('2', '101'), 'of-the-snapshot'],
    ['not there any more', mark('1', '90'), undefined, 'gone'],
    ['older than it was exported', mark('1', '90'), mark('1', '80'), 'unexplained'],
    ['another object of the same name and time', mark('1', '90'), mark('2', '90'), 'unexplained'],
    ['missing in the export although it was there', undefined, mark('2', '90'), 'unexplained'],
    ['of no version', undefined, mark('2', ''), 'unexplained'],
  ])('an object %s', (_, backedUp, live, standing) => {
    expect(judge(backedUp, live)).toBe(standing);
  });

  it('compares versions as numbers, not as text', () => {
    expect(judge(mark('1', '99'), mark('1', '1000000121'))).toBe('written-since');
    expect(afterRestore('99', '1000000120')(mark('1', '9'), mark('1', '100'))).toBe('of-the-snapshot');
  });
});
