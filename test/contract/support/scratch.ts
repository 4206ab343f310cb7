import { dirname } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.ts';
import { openEtcdKeys } from '../../../src/adapters/etcd-keys.ts';
import { openLocalScratch } from '../../../src/adapters/local-scratch.ts';
import { openScratchKube } from '../../../src/adapters/scratch-kube.ts';
import { openScratch, type Scratch } from '../../../src/proof/scratch.ts';
import { recordedLog } from '../../unit/backup/support/quiet.ts';
import { apiServerBinary, etcdBinary } from './binaries.ts';
import { temporaryDirectory } from './temporary.ts';

export interface TestScratch extends Scratch, AsyncDisposable {
  readonly directory: string;
}

/** A scratch machine on this one, made of the release that contract tests run against. */
export async function testScratch(
  over: { readonly directories?: readonly string[] } = {},
): Promise<TestScratch> {
  await using stack = new AsyncDisposableStack();
  const temporary = stack.use(await temporaryDirectory());
  const machine = await openLocalScratch({
    directories: over.directories ?? [dirname(await apiServerBinary()), dirname(await etcdBinary('etcd'))],
    env: {},
    tempDir: temporary.path,
    neededBytes: 1,
  });
  const log = recordedLog();
  const scratch = openScratch({
    machine,
    clients: {
      openKeys: (path) => openEtcdKeys({ kind: 'socket', path, serverName: 'localhost', port: 2379 }),
      openKube: (options) =>
        openScratchKube({ ...options, userAgent: 'kubestair/contract', firstPauseMilliseconds: 20 }, log),
    },
    clock: systemClock,
    log,
  });
  stack.defer(() => scratch.close());
  const owned = stack.move();
  return { ...scratch, directory: machine.directory, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
