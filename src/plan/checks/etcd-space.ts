import type { EtcdObservation } from '../../cluster/observation.ts';
import type { Finding } from '../plan.ts';
import { megabytes } from './amounts.ts';
import type { Check } from './check.ts';

type Member = EtcdObservation['members'][number];

/** From these shares of its quota on; at all of it etcd refuses every write (etcd.io/docs, "Maintenance", space quota). */
const NEAR = 0.8;
const AT_ONCE = 0.95;
/** A database that is mostly free pages makes snapshots and restarts slow; small ones do not matter. */
const FRAGMENTED = 0.5;
const LARGE_BYTES = 500_000_000;

const DEFRAGMENT = 'Defragment it: kubestair defrag takes one member after the other, the leader last.';

/** The database of etcd has room for what an upgrade writes, and holds little that is free. */
export const etcdSpace: Check = {
  id: 'etcd-space',
  about: 'The database of every member of etcd is well below its quota, and not mostly free pages.',
  severity: 'blocking',
  evidence:
    'The size of the database, what of it is in use, and the quota, as every member of etcd 3.6 or newer tells.',
  remedy:
    'Delete what nobody needs, compact, and defragment member by member; or raise --quota-backend-bytes.',
  find: ({ observation: { etcd } }) =>
    etcd.known ? etcd.value.members.filter(({ healthy }) => healthy).flatMap((each) => judge(each)) : [],
};

function judge(member: Member): readonly Omit<Finding, 'check'>[] {
  const { dbSizeBytes: size, dbSizeInUseBytes: used = size, dbQuotaBytes: quota } = member;
  const object = `etcd member ${member.name}`;
  const free = size - used;
  const holds = `${megabytes(size)}, ${megabytes(free)} of it free`;
  if (quota !== undefined && size >= NEAR * quota) {
    const full = Math.floor((100 * size) / quota);
    return [
      {
        severity: size >= AT_ONCE * quota ? 'blocking' : 'warning',
        object,
        message: `its database fills ${full} % of its quota of ${megabytes(quota)} (${holds}): at 100 % the API takes no more writes`,
        remedy:
          free >= size / 4
            ? DEFRAGMENT
            : 'Find what fills it (etcdctl get --prefix --keys-only /registry) and delete it, or raise --quota-backend-bytes.',
      },
    ];
  }
  if (size < LARGE_BYTES || free < FRAGMENTED * size) return [];
  return [
    {
      severity: 'warning',
      object,
      message: `its database is ${holds}: snapshots and restarts take longer than they need`,
      remedy: DEFRAGMENT,
    },
  ];
}
