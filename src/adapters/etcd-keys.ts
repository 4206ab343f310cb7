import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { KubestairError } from '../errors.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import { type EtcdAddress, endpointOf, openSessions } from './etcd-connection.ts';
import { KV, type RangeResponse } from './etcd-rpc_pb.ts';

/** About 1 MB of keys. */
const PAGE_KEYS = 10_000;
/** etcd walks its whole index for each page of a large prefix. */
const CALL_MILLISECONDS = 60_000;
const EVERYTHING = new Uint8Array([0]);

/** Opens the keys of an etcd without TLS. Nothing is sent yet. */
export function openEtcdKeys(address: EtcdAddress): EtcdKeys {
  const sessions = openSessions(address, undefined);
  const client = createClient(
    KV,
    createGrpcTransport({
      baseUrl: sessions.authority,
      sessionManager: sessions,
      defaultTimeoutMs: CALL_MILLISECONDS,
      // A page of long keys.
      readMaxBytes: 64 * 1024 * 1024,
    }),
  );
  const endpoint = endpointOf(address);

  async function range(
    request: Parameters<typeof client.range>[0],
    signal: AbortSignal,
  ): Promise<RangeResponse> {
    try {
      return await client.range({ serializable: true, ...request }, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw asFailure(error, endpoint);
    }
  }

  return {
    async *keysAt(prefix, revision, signal) {
      const rangeEnd = endOf(prefix);
      let key: Uint8Array = Buffer.from(prefix);
      for (;;) {
        const answer = await range(
          { key, rangeEnd, revision, limit: BigInt(PAGE_KEYS), keysOnly: true },
          signal,
        );
        yield answer.kvs.map((pair) => ({
          key: Buffer.from(pair.key).toString(),
          modRevision: String(pair.modRevision),
        }));
        const last = answer.kvs.at(-1);
        if (!answer.more || last === undefined) return;
        // The next possible key.
        key = Buffer.concat([last.key, EVERYTHING]);
      }
    },

    async firstValueAt(prefix, revision, signal) {
      const request = { key: Buffer.from(prefix), rangeEnd: endOf(prefix), revision, limit: 1n };
      return (await range(request, signal)).kvs[0]?.value;
    },

    async countAt(revision, signal) {
      const request = { key: EVERYTHING, rangeEnd: EVERYTHING, revision, countOnly: true };
      return Number((await range(request, signal)).count);
    },

    close: () => sessions.abort(),
  };
}

/** The first key after all that begin with the prefix, which ends in `/`. */
function endOf(prefix: string): Uint8Array {
  const end = Buffer.from(prefix);
  end.writeUInt8((end.at(-1) ?? 0) + 1, end.length - 1);
  return end;
}

function asFailure(error: unknown, endpoint: string): KubestairError {
  const failure = ConnectError.from(error);
  if (failure.code === Code.OutOfRange && /compacted/.test(failure.rawMessage)) {
    return new KubestairError(
      'REVISION_COMPACTED',
      'the snapshot does not remember the revision of the export any more',
      {
        next: 'Take another backup. The API server compacts what is older than 5 to 10 minutes: the snapshot has to begin before.',
        cause: error,
      },
    );
  }
  return new KubestairError('SCRATCH_FAILED', `the scratch etcd does not answer: ${failure.rawMessage}`, {
    object: endpoint,
    next: 'Run the command again.',
    cause: error,
  });
}
