import { describe, expect, test } from 'vitest';
import { offlinePlan } from '../../../src/plan/offline.ts';
import { config, VERSION_AT } from './sample.ts';

const tool = 'kubestair/0.1.0';
const plan = (after: Parameters<typeof config>[0], before?: Parameters<typeof config>[0]) =>
  offlinePlan({
    config: config(after),
    versionAt: VERSION_AT,
    tool,
    before: before === undefined ? undefined : config(before),
  });

describe('a plan from files alone', () => {
  test('passes every minor that the files leave out', () => {
    expect(plan({ version: 'v1.37.1' }, { version: 'v1.34.4' }).path).toEqual(['1.35', '1.36', 'v1.37.1']);
    expect(plan({ version: 'v1.37.1', via: ['v1.36.3'] }, { version: 'v1.35.4' }).path).toEqual([
      'v1.36.3',
      'v1.37.1',
    ]);
    expect(plan({ version: 'v1.36.3' }, { version: 'v1.36.3' }).path).toEqual([]);
  });

  test('is never approvable, and lists what nobody checked', () => {
    const made = plan({ version: 'v1.36.3' }, { version: 'v1.35.4' });
    expect(made.verdict).toBe('unknown');
    expect(made).not.toHaveProperty('hash');
    expect(made.notChecked.length).toBeGreaterThan(3);
  });

  test('says where it does not know what was before', () => {
    const made = plan({ version: 'v1.36.3' });
    expect(made.path).toEqual(['v1.36.3']);
    expect(made.notChecked[0]).toContain('base branch');
  });

  test('refuses a downgrade at the line of the version', () => {
    expect(() => plan({ version: 'v1.35.4' }, { version: 'v1.36.3' })).toThrow(
      expect.objectContaining({ code: 'VERSION_DOWNGRADE', location: VERSION_AT }),
    );
  });

  test('names every other setting that changes', () => {
    const backup = { ...config().backup, store: 's3://mallory/prod' };
    const drain = { ...config().drain, force: true };
    expect(plan({ version: 'v1.36.3', backup, drain }, { version: 'v1.35.4' }).settings).toEqual([
      'backup.store',
      'drain.force',
    ]);
  });
});
