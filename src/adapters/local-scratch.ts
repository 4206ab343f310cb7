import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { KubestairError } from '../errors.ts';
import type { ProgramEnd, RunningService, ScratchMachine, ScratchService } from '../ports/scratch-machine.ts';
import { formatBytes } from '../report/units.ts';
import { type Isolation, openIsolation } from './isolation.ts';
import { findProgram, type ProgramPlaces } from './local-programs.ts';

export interface LocalScratchOptions extends ProgramPlaces {
  /** Where its directory is made; short, since sockets are in it. */
  readonly tempDir: string;
  /** Disk that it is going to use. */
  readonly neededBytes: number;
}

const LINES = 20;
const TAIL_BYTES = 16 * 1024;
/** Others work on this machine too. */
const NICE = ['nice', '-n', '10'];

/**
 * A scratch machine on this one: programs of its directories, in a network namespace of their own.
 * @throws KubestairError SCRATCH_UNAVAILABLE
 */
export async function openLocalScratch(options: LocalScratchOptions): Promise<ScratchMachine> {
  const directory = path.join(options.tempDir, 'scratch');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await requireSpace(directory, options.neededBytes);
  const isolation = await openIsolation();
  const inside = (file: string): string => path.join(directory, file);

  return {
    name: 'this machine',
    directory,

    program: (name, version) => findProgram(name, version, options),

    async keep(file, content, signal) {
      try {
        await pipeline(content, createWriteStream(inside(file), { mode: 0o600 }), { signal });
      } catch (thrown) {
        signal.throwIfAborted();
        if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(directory, thrown);
        throw thrown;
      }
    },

    keepText: (file, content) => writeFile(inside(file), content, { mode: 0o600 }),
    readText: (file) => readFile(inside(file), 'utf8'),
    remove: (file) => rm(inside(file), { recursive: true, force: true }),
    run: runProgram,
    start: (service) => startService(service, isolation, directory),

    async close() {
      await isolation.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startService(
  { name, command, port }: ScratchService,
  isolation: Isolation,
  directory: string,
): Promise<RunningService> {
  const socketPath = path.join(directory, `${name}.sock`);
  const logFile = path.join(directory, `${name}.log`);
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let running = true;
  const end = (): void => {
    running = false;
    started.resolve();
    ended.resolve();
  };
  void isolation.ended.then(end);
  isolation.onEvent((event) => {
    if (event.event === 'ready' || event.name !== name) return;
    if (event.event === 'started') started.resolve();
    else end();
  });
  isolation.send({ order: 'start', name, command: [...NICE, ...command], port, socketPath, logFile });
  await started.promise;
  return {
    socketPath,
    look: async () => ({ running, lines: await lastLines(logFile) }),
    async stop() {
      if (!running) return;
      isolation.send({ order: 'stop', name });
      await ended.promise;
    },
  };
}

function runProgram([program = '', ...args]: readonly string[], signal: AbortSignal): Promise<ProgramEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>();
  execFile(
    'nice',
    [...NICE.slice(1), program, ...args],
    { signal, maxBuffer: 64 * 1024 * 1024 },
    (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      const lines = `${stdout}\n${stderr}`
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-LINES);
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, lines });
    },
  );
  return promise;
}

async function lastLines(file: string): Promise<readonly string[]> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const buffer = Buffer.alloc(size - start);
  await handle.read(buffer, 0, buffer.length, start);
  return buffer
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES);
}

async function requireSpace(directory: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new KubestairError(
    'SCRATCH_UNAVAILABLE',
    `${directory} has ${formatBytes(free)} free, and a scratch etcd of this snapshot needs ${formatBytes(neededBytes)}`,
    { object: 'this machine', next: 'Free some space, or let TMPDIR name a larger disk.' },
  );
}

function diskFull(directory: string, cause: unknown): KubestairError {
  return new KubestairError('SCRATCH_FAILED', `the disk of ${directory} is full`, {
    object: 'this machine',
    next: 'Free some space, or let TMPDIR name a larger disk.',
    cause,
  });
}
