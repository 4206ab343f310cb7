import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KubestairError } from '../../src/errors.ts';
import { execute } from '../../src/execute.ts';
import type { RunIo } from '../../src/request/io.ts';
import type { Request } from '../../src/request/request.ts';
import { status } from './report/samples.ts';

const request: Request = { command: 'status', file: 'a.yaml', verbose: false, access: {} };
const interrupted = new KubestairError('INTERRUPTED', 'The run was stopped by SIGINT.', { next: 'Again.' });

function ioWith(signal: AbortSignal, slept: number[] = [], debugged: string[] = []): RunIo {
  return {
    log: {
      debug: (message) => debugged.push(message),
      info: () => {},
      warn: () => {},
      mask: () => {},
      group: (_title, work) => work(),
      progress: () => {},
    },
    clock: {
      now: () => new Date(0),
      monotonic: () => 0,
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        await setImmediate();
      },
    },
    signal,
    env: {},
    cwd: '/',
    tool: 'kubestair/0',
    tempDir: '/tmp',
    random: (bytes) => new Uint8Array(bytes),
  };
}

test('passes a result on', async () => {
  expect(await execute(async () => status, request, ioWith(new AbortController().signal))).toBe(status);
});

test('turns an error into a failure of the command', async () => {
  const run = async () => {
    throw new KubestairError('CONFIG_SYNTAX', 'bad indentation');
  };
  expect(await execute(run, request, ioWith(new AbortController().signal))).toMatchObject({
    command: 'failure',
    asked: 'status',
    outcome: { state: 'failed', problem: { code: 'CONFIG_SYNTAX' } },
  });
});

test('a defect leaves its trace in the verbose log', async () => {
  const debugged: string[] = [];
  const run = async () => {
    throw new TypeError('x is not a function');
  };
  const ending = await execute(run, request, ioWith(new AbortController().signal, [], debugged));
  expect(ending.outcome.problem?.code).toBe('INTERNAL');
  expect(debugged.join('\n')).toMatch(/TypeError: x is not a function\n\s+at /);
});

test('what a library throws at an abort is the interruption', async () => {
  const controller = new AbortController();
  const run = async () => {
    controller.abort(interrupted);
    throw new DOMException('This operation was aborted', 'AbortError');
  };
  const ending = await execute(run, request, ioWith(controller.signal));
  expect(ending.outcome).toEqual({
    state: 'interrupted',
    problem: { code: 'INTERRUPTED', message: interrupted.message, next: 'Again.' },
  });
});

test('a run that does not come back is left behind after six seconds', async () => {
  const controller = new AbortController();
  const slept: number[] = [];
  const running = execute(() => new Promise(() => {}), request, ioWith(controller.signal, slept));
  controller.abort(interrupted);
  expect((await running).outcome.state).toBe('interrupted');
  expect(slept).toEqual([6000]);
});

test('a run that comes back in time tells its own ending', async () => {
  const controller = new AbortController();
  const run = async () => {
    controller.abort(interrupted);
    return status;
  };
  expect(await execute(run, request, ioWith(controller.signal))).toBe(status);
});
