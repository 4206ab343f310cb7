import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SystemConfig } from '../../../src/config/schema.ts';
import { dueOn, isRebootDue } from '../../../src/maintenance/due.ts';
import type { MaintenanceFacts } from '../../../src/maintenance/facts.ts';

const config: SystemConfig = { packages: 'update', reboot: 'if-needed', run: [] };
const facts = (over: Partial<MaintenanceFacts> = {}): MaintenanceFacts => ({
  updates: [],
  warnings: [],
  bootId: 'now',
  ...over,
});
const record = { id: 'm1', bootBefore: 'now', systemDone: false, closed: false };

describe('what is due on a node', () => {
  it.each([
    ['updates', { updates: ['libc6', 'openssl'] }, config, '2 updates'],
    ['a restart that it asks for', { rebootAsked: 'a newer kernel is installed' }, config, 'a newer kernel'],
  ])('is what the node needs: %s', (_name, over, file, reason) => {
    const due = dueOn({}, facts(over), file, { open: 'm1', onlyNeeded: true });
    expect(due).toMatchObject({ prepare: true, work: true, uncordon: true, close: true });
    expect(due.reason).toContain(reason);
  });

  it.each([
    ['nothing', {}, config],
    ['updates that nobody wants', { updates: ['libc6'] }, { ...config, packages: 'none' }],
    ['a restart that the file forbids', { rebootAsked: 'x' }, { ...config, reboot: 'never' }],
    ['a restart that only the file wants', {}, { ...config, reboot: 'always' }],
  ] as const)('is nothing where only needs count and it has %s', (_name, over, file) => {
    const due = dueOn({}, facts(over), file, { open: 'm1', onlyNeeded: true });
    expect(due).toMatchObject({ prepare: false, work: false, uncordon: false, close: false });
  });

  it('is everything on every node where needs do not count', () => {
    expect(dueOn({}, facts(), config, { open: 'm1', onlyNeeded: false })).toMatchObject({ work: true });
  });

  it.each([
    ['work that was begun', facts({ record }), true],
    ['a restart that is left', facts({ record: { ...record, systemDone: true }, rebootAsked: 'x' }), true],
    ['no restart that nobody asks for', facts({ record: { ...record, systemDone: true } }), false],
    [
      'no second restart, whatever it asks for',
      facts({ record: { ...record, systemDone: true, bootBefore: 'before' }, rebootAsked: 'x' }),
      false,
    ],
  ])('of a maintenance that was cut off: %s', (_name, found, work) => {
    for (const onlyNeeded of [true, false]) {
      const due = dueOn({}, found, config, { open: 'm1', onlyNeeded });
      expect(due).toMatchObject({ work, uncordon: work, prepare: false, close: true });
    }
  });

  it('is the cordon that a run left behind, though all else is done', () => {
    const done = facts({ record: { ...record, systemDone: true } });
    const due = dueOn({ cordonedBy: 'run-1' }, done, config, { open: 'm1', onlyNeeded: true });
    expect(due).toMatchObject({ work: false, uncordon: true });
  });

  it('is nothing any more once it noted the end of this maintenance', () => {
    const closed = facts({ record: { ...record, systemDone: true, closed: true }, updates: ['new'] });
    expect(dueOn({}, closed, config, { open: 'm1', onlyNeeded: false })).toMatchObject({ work: false });
    expect(dueOn({}, closed, config, { open: 'm2', onlyNeeded: false })).toMatchObject({ work: true });
  });
});

describe('a restart', () => {
  it('is never due on a host that is in another boot than the one noted, nor on one that noted none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('if-needed', 'always', 'never'),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        fc.boolean(),
        (reboot, asked, noted) => {
          const found = facts({
            ...(asked !== undefined && { rebootAsked: asked }),
            ...(noted && { record: { ...record, bootBefore: 'before' } }),
          });
          expect(isRebootDue(found, { reboot })).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['always', undefined, true],
    ['if-needed', undefined, false],
    ['if-needed', 'a restart is required', true],
    ['never', 'a restart is required', false],
  ] as const)('%s, where the host asks for it: %s', (reboot, asked, due) => {
    expect(isRebootDue(facts({ record, ...(asked && { rebootAsked: asked }) }), { reboot })).toBe(due);
  });
});
