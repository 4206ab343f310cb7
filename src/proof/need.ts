import type { ScratchNeed } from '../ports/scratch-machine.ts';
import type { Wanted } from './prove.ts';

const MIB = 1024 ** 2;
/** etcd and etcdutl; a kube-apiserver, as large as the largest of the lab's. */
const ETCD_PROGRAMS_BYTES = 60 * MIB;
const API_SERVER_BYTES = 160 * MIB;
/** What etcd writes besides, its log ahead above all. */
const ETCD_LOG_BYTES = 200 * MIB;
/** Measured: an API server without caches that lists 22,000 objects takes 430 MB. */
const ETCD_MEMORY_BYTES = 256 * MIB;
const API_SERVER_MEMORY_BYTES = 640 * MIB;

/** What a scratch control plane takes for a snapshot of so many bytes, which lies there twice while it is restored. */
export function scratchNeed(snapshotBytes: number, { drill, rehearse }: Wanted): ScratchNeed {
  const servers = drill ? (rehearse === undefined ? 1 : 2) : 0;
  return {
    diskBytes: 2 * snapshotBytes + ETCD_PROGRAMS_BYTES + ETCD_LOG_BYTES + servers * API_SERVER_BYTES,
    memoryBytes: ETCD_MEMORY_BYTES + servers * API_SERVER_MEMORY_BYTES,
  };
}
