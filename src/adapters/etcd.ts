import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { KubestairError } from '../errors.ts';
import type { Etcd, EtcdAlarm } from '../ports/etcd.ts';
import { type EtcdAddress, type EtcdTls, endpointOf, openSessions } from './etcd-connection.ts';
import { Cluster, KV, Maintenance } from './etcd-rpc_pb.ts';
import { streamSnapshot } from './etcd-snapshot.ts';

const CALL_MILLISECONDS = 10_000;
const STALL_MILLISECONDS = 30_000;
/** For what goes over a whole database: etcd advises against more than 8 GiB. */
const LONG_MILLISECONDS = 600_000;
const DEACTIVATE = 2;

export interface EtcdOptions {
  readonly address: EtcdAddress;
  /** Absent for a member that serves clients without TLS. */
  readonly tls?: EtcdTls;
  /** How long a snapshot may stand still; default 30 s. */
  readonly stallMilliseconds?: number;
}

/**
 * Opens one member. The short calls are the gRPC library's; the snapshot shares their connection (see etcd-snapshot.ts). Nothing
 * is sent yet. The methods throw KubestairError ETCD_UNHEALTHY when the member does not answer, snapshot() SNAPSHOT_CUT.
 */
export function openEtcd({ address, tls, stallMilliseconds = STALL_MILLISECONDS }: EtcdOptions): Etcd {
  const endpoint = endpointOf(address);
  const sessions = openSessions(address, tls);
  const transport = createGrpcTransport({
    baseUrl: sessions.authority,
    sessionManager: sessions,
    defaultTimeoutMs: CALL_MILLISECONDS,
  });
  const cluster = createClient(Cluster, transport);
  const kv = createClient(KV, transport);
  const maintenance = createClient(Maintenance, transport);

  async function call<T>(
    signal: AbortSignal | undefined,
    send: (options: { signal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await send(signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw unhealthy(endpoint, error);
    }
  }

  return {
    endpoint,

    async members(signal) {
      // Linearizable, so that a member that lost touch does not answer from memory.
      const answer = await call(signal, (options) => cluster.memberList({ linearizable: true }, options));
      return answer.members.map((member) => ({
        id: hexadecimal(member.ID),
        name: member.name,
        peerUrls: member.peerURLs,
        clientUrls: member.clientURLs,
        learner: member.isLearner,
      }));
    },

    async status(signal) {
      const answer = await call(signal, (options) => maintenance.status({}, options));
      return {
        memberId: hexadecimal(answer.header?.memberId ?? 0n),
        leaderId: hexadecimal(answer.leader),
        version: answer.version,
        revision: answer.header?.revision ?? 0n,
        dbSizeBytes: Number(answer.dbSize),
        dbSizeInUseBytes: Number(answer.dbSizeInUse),
        dbSizeQuotaBytes: Number(answer.dbSizeQuota),
        learner: answer.isLearner,
        errors: answer.errors,
      };
    },

    async alarms(signal) {
      const answer = await call(signal, (options) => maintenance.alarm({}, options));
      return answer.alarms.map(({ memberID, alarm }) => ({
        memberId: hexadecimal(memberID),
        kind: alarmKind(alarm),
      }));
    },

    async defragment(signal) {
      await call(signal, (options) =>
        maintenance.defragment({}, { ...options, timeoutMs: LONG_MILLISECONDS }),
      );
    },

    async compact(revision, signal) {
      try {
        const options = { timeoutMs: LONG_MILLISECONDS, ...(signal !== undefined && { signal }) };
        await kv.compact({ revision, physical: true }, options);
      } catch (error) {
        signal?.throwIfAborted();
        // OUT_OF_RANGE: "required revision has been compacted" (etcd, api/v3rpc/rpctypes/error.go).
        if (ConnectError.from(error).code !== Code.OutOfRange) throw unhealthy(endpoint, error);
      }
    },

    async disarm({ memberId, kind }, signal) {
      await call(signal, (options) =>
        maintenance.alarm(
          { action: DEACTIVATE, memberID: BigInt(`0x${memberId}`), alarm: ALARM_TYPES[kind] },
          options,
        ),
      );
    },

    snapshot: (signal) => streamSnapshot(sessions, endpoint, stallMilliseconds, signal),

    async close() {
      sessions.abort();
    },
  };
}

/** AlarmType of etcd's rpc.proto; 0 stands for all of a member. */
const ALARM_TYPES = { UNKNOWN: 0, NOSPACE: 1, CORRUPT: 2 } as const satisfies Record<
  EtcdAlarm['kind'],
  number
>;

function alarmKind(alarm: number): EtcdAlarm['kind'] {
  if (alarm === ALARM_TYPES.NOSPACE) return 'NOSPACE';
  return alarm === ALARM_TYPES.CORRUPT ? 'CORRUPT' : 'UNKNOWN';
}

function hexadecimal(id: bigint): string {
  return id.toString(16);
}

function unhealthy(endpoint: string, error: unknown): KubestairError {
  const failure = ConnectError.from(error);
  const reason =
    failure.code === Code.DeadlineExceeded
      ? `no answer in ${CALL_MILLISECONDS / 1000} s`
      : failure.rawMessage;
  return new KubestairError('ETCD_UNHEALTHY', `the etcd member does not answer: ${reason}`, {
    object: endpoint,
    next: 'Check that the etcd pod of that node runs, and its log.',
    cause: error,
  });
}
