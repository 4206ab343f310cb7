import { createHash } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type { Progress } from './progress.ts';

type Release = () => void;

/**
 * Runs `task` while no other process (or other task of this one) holds the lock of that name. The lock
 * is an abstract Unix socket: the kernel drops it when its holder ends, however that ends, so there is
 * no stale lock to clean up.
 */
export async function withLock<T>(
  name: string,
  progress: Progress,
  signal: AbortSignal | undefined,
  task: () => Promise<T>,
): Promise<T> {
  const address = `\0kubestair-lab-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  let release = await tryAcquire(address);
  if (!release) progress(`waiting for another process that is making ${name}`);
  while (!release) {
    await holderGone(address, signal);
    release = await tryAcquire(address);
  }
  try {
    return await task();
  } finally {
    release();
  }
}

async function tryAcquire(address: string): Promise<Release | undefined> {
  const waiters = new Set<Socket>();
  // Waiters stay connected; they learn from the end of the connection that the lock is free.
  const server = createServer((socket) => {
    waiters.add(socket.unref());
    socket.on('error', () => {});
    socket.on('close', () => waiters.delete(socket));
  });
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(() => {
        server.close();
        for (const socket of waiters) socket.destroy();
      });
    });
  });
}

async function holderGone(address: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const socket = connect(address);
  const abort = (): void => void socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  await new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.once('close', () => resolve());
    socket.resume();
  });
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
}
