import { describe, expect, it } from 'vitest';
import { confirm, requireConfirmable } from '../../../src/commands/confirm.ts';
import type { RunIo } from '../../../src/request/io.ts';

const { signal } = new AbortController();
const io = (answer?: string): RunIo =>
  ({ signal, ...(answer !== undefined && { ask: async () => answer }) }) as unknown as RunIo;
const refused = expect.objectContaining({ code: 'NOT_CONFIRMED' });

describe('typing the name of the cluster', () => {
  it('may have been done before', async () => {
    requireConfirmable('prod', 'prod', io());
    await confirm('prod', 'prod', 'Name?', io());
  });

  it('is asked for at a terminal', async () => {
    requireConfirmable('prod', undefined, io('prod'));
    await confirm('prod', undefined, 'Name?', io(' prod\n'));
  });

  it.each(['', 'yes', 'prod2', 'Prod'])('takes no %j for it', async (typed) => {
    expect(() => requireConfirmable('prod', typed, io('prod'))).toThrow(refused);
    await expect(confirm('prod', undefined, 'Name?', io(typed))).rejects.toEqual(refused);
  });

  it('is missing where nobody can be asked, before any work', () => {
    expect(() => requireConfirmable('prod', undefined, io())).toThrow(refused);
  });
});
