import type { Proof } from '../backup/manifest.ts';
import type { BackupWitness } from '../backup/witness.ts';
import type { VersionText } from '../cluster/observation.ts';
import { asKubestairError } from '../errors.ts';
import type { ScratchMachine } from '../ports/scratch-machine.ts';
import type { IndexSpool } from './object-index.ts';
import { endedProof } from './proof-result.ts';
import { type ProveDeps, prove, type Subject, type Wanted } from './prove.ts';
import { openScratch, type ScratchClients } from './scratch.ts';
import { openWitness } from './witness.ts';

/** Makes proofs of a backup out of what goes into it, while it is taken: what is sealed nobody here can read again. */
export interface Prover {
  readonly witness: BackupWitness;
  /** Once everything was exported and the snapshot was taken. @throws the signal's reason */
  prove(subject: Omit<Subject, 'index'>, signal: AbortSignal): Promise<readonly Proof[]>;
  /** Ends everything and removes what it kept. */
  close(): Promise<void>;
}

export interface ProverDeps extends Omit<ProveDeps, 'scratch'> {
  readonly openMachine: (signal: AbortSignal) => Promise<ScratchMachine>;
  readonly clients: ScratchClients;
  readonly spool: IndexSpool;
  /** That the API server of today has. */
  readonly version: VersionText;
  readonly wanted: Wanted;
}

/** Begins at once to make the machine ready and to bring the programs there, beside the export. */
export function openProver(deps: ProverDeps): Prover {
  const { spool, wanted, version, clock, log, signal } = deps;
  const machine = deps.openMachine(signal);
  const scratch = machine.then((opened) => openScratch({ ...deps, machine: opened }));
  const brought = machine.then((opened) => bringPrograms(opened, wanted, version, signal));
  for (const promise of [scratch, brought]) promise.catch(() => {});
  const startedAt = clock.now();
  const witness = openWitness({
    tap: spool.tap,
    receive: async (snapshot, during) => (await scratch).receive(snapshot, during),
    signal,
  });

  return {
    witness,

    async prove(subject, during) {
      try {
        await witness.received();
      } catch (thrown) {
        during.throwIfAborted();
        return unmadeProofs(thrown, startedAt, deps);
      }
      return await prove({ ...subject, index: spool }, wanted, {
        ...deps,
        scratch: await scratch,
        signal: during,
      });
    },

    async close() {
      await witness.close();
      await brought.catch(() => {});
      try {
        await (await machine.catch(() => undefined))?.close();
      } catch (thrown) {
        log.warn(`the scratch machine was left to end by itself: ${asKubestairError(thrown).message}`);
      }
      await spool.close();
    },
  };
}

/** Whoever needs a program that cannot be had is told then. */
async function bringPrograms(
  machine: ScratchMachine,
  { drill, rehearse }: Wanted,
  version: VersionText,
  signal: AbortSignal,
): Promise<void> {
  await machine.program('etcdutl', undefined, signal);
  await machine.program('etcd', undefined, signal);
  if (drill) await machine.program('kube-apiserver', version, signal);
  if (drill && rehearse !== undefined) await machine.program('kube-apiserver', rehearse, signal);
}

/** The proofs that were wanted, none of which could be begun. */
export function unmadeProofs(
  thrown: unknown,
  startedAt: Date,
  { wanted, version, by, clock, log }: Pick<ProverDeps, 'wanted' | 'version' | 'by' | 'clock' | 'log'>,
): readonly Proof[] {
  const now = clock.now();
  const unmade = (kind: Proof['kind'], of?: VersionText): Proof =>
    endedProof({ kind, by, startedAt, ...(of !== undefined && { version: of }) }, thrown, now);
  const proofs = [
    unmade('cross-proof'),
    ...(wanted.drill ? [unmade('drill', version)] : []),
    ...(wanted.drill && wanted.rehearse !== undefined ? [unmade('rehearsal', wanted.rehearse)] : []),
  ];
  log.warn(`no proofs by a scratch control plane: ${proofs[0]?.detail}`);
  return proofs;
}
