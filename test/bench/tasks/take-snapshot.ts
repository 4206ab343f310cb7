import { systemClock } from '../../../src/adapters/clock.ts';
import { openEtcd } from '../../../src/adapters/etcd.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { takeSnapshot } from '../../../src/backup/snapshot.ts';
import { quietLog, storeOf } from './access.ts';
import { secondsSince, type Task } from './task.ts';

/** A snapshot as a backup takes it: checked, compressed, hashed at both ends and uploaded, in one pass. */
export const snapshotToStore: Task = async (input) => {
  const { etcdPort: port = 0, recipients = [] } = input;
  const parts = openPartStore(storeOf(input), `bench/snapshot-${process.pid}/`, recipients);
  const signal = new AbortController().signal;
  const started = performance.now();
  const { part } = await takeSnapshot('1', {
    openEtcd: async () => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port } }),
    parts,
    clock: systemClock,
    log: quietLog,
    signal,
  });
  const seconds = secondsSince(started);
  const readBackAt = performance.now();
  await parts.check(part, signal);
  return {
    seconds,
    bytes: part.plain.bytes,
    details: { readBackSeconds: secondsSince(readBackAt), sealedBytes: part.sealed.bytes },
  };
};
