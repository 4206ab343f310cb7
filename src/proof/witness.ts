import type { BackupWitness } from '../backup/witness.ts';
import { KubestairError } from '../errors.ts';
import type { Scratch } from './scratch.ts';
import type { GroupResource } from './storage-keys.ts';
import { tee } from './tee.ts';

export interface WitnessDeps {
  /** Passes a kind's NDJSON on and keeps what proofs need of it. */
  readonly tap: (kind: GroupResource, ndjson: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Where the snapshot goes besides. */
  readonly receive: Scratch['receive'];
  readonly signal: AbortSignal;
}

/** A witness of a backup that is being taken: the very bytes that are sealed reach the scratch machine too. */
export interface ProofWitness extends BackupWitness {
  /** The snapshot is on the scratch machine, whole. @throws why it is not */
  received(): Promise<void>;
  close(): Promise<void>;
}

export function openWitness({ tap, receive, signal }: WitnessDeps): ProofWitness {
  let stop = new AbortController();
  let receiving: Promise<void> | undefined;

  const end = async (): Promise<void> => {
    stop.abort(new Error('the snapshot is taken anew'));
    await receiving?.catch(() => {});
  };

  return {
    resources: tap,

    async *snapshot(bytes) {
      await end();
      stop = new AbortController();
      const { main, copy, detach } = tee(bytes);
      receiving = receive(copy, AbortSignal.any([signal, stop.signal]));
      // The backup goes on without the copy; whoever asks for it is told what happened.
      receiving.catch(detach);
      yield* main;
    },

    async received() {
      if (receiving === undefined) {
        throw new KubestairError('BACKUP_WITHOUT_ETCD', 'no snapshot was taken that could be compared with');
      }
      await receiving;
    },

    close: end,
  };
}
