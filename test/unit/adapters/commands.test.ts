import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCommands } from '../../../src/adapters/commands.ts';

const env = {
  PATH: process.env.PATH,
  MINE: 'kept',
  'INPUT_SSH-PRIVATE-KEY': 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  STATE_secretFiles: 'secret',
};

async function run(command: string, over: { timeoutSeconds?: number; signal?: AbortSignal } = {}) {
  const said: string[] = [];
  const cwd = await realpath(await mkdtemp(join(tmpdir(), 'kubestair-commands-')));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const end = await openCommands({ cwd, env }).run(command, {
    env: { KUBESTAIR_NODE: 'w1; rm -rf /' },
    timeoutSeconds: over.timeoutSeconds ?? 20,
    signal: over.signal ?? new AbortController().signal,
    onLine: (line) => said.push(line),
  });
  return { ...end, said, cwd };
}

test('runs through a shell, where it was told to, and tells its output and exit code', async () => {
  const { exitCode, said, lines, cwd } = await run(
    'pwd; echo "$KUBESTAIR_NODE $MINE"; echo oops >&2; exit 3',
  );
  expect(exitCode).toBe(3);
  expect([...said].toSorted()).toEqual([cwd, 'oops', 'w1; rm -rf / kept'].toSorted());
  expect([...lines].toSorted()).toEqual([...said].toSorted());
});

test('hands on nothing of what the Action was given in confidence', async () => {
  const { said } = await run('env');
  expect(said.join('\n')).not.toContain('secret');
});

test('keeps the last lines, and none that is endless', async () => {
  const { lines } = await run("seq 1 500; head -c 100000 /dev/zero | tr '\\0' x");
  expect(lines).toHaveLength(20);
  expect(lines.at(-2)).toBe('500');
  expect(lines.at(-1)).toHaveLength(500);
});

test('ends what takes too long, with all that it started', async () => {
  const began = performance.now();
  const { exitCode, said } = await run('trap "" TERM; echo begun; sleep 60 & sleep 60', {
    timeoutSeconds: 0.5,
  });
  expect(said).toEqual(['begun']);
  expect(exitCode).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('an abort ends it, and is what it throws', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('cancelled')), 200);
  await expect(run('sleep 60', { signal: stop.signal })).rejects.toThrow('cancelled');
});
