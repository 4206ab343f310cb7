import { describe, expect, it } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { ScratchMachine } from '../../../src/ports/scratch-machine.ts';
import type { IndexSpool } from '../../../src/proof/object-index.ts';
import { openProver, type Prover } from '../../../src/proof/prover.ts';
import { pods } from '../backup/support/manifests.ts';
import { jumpingClock, recordedLog } from '../backup/support/quiet.ts';

const signal = new AbortController().signal;
const subject = {
  manifest: {
    resourceVersion: '100',
    resources: [pods],
    cluster: { name: 'prod', uid: '0b5c', version: 'v1.35.4' },
  },
} as const;

function proverOn(openMachine: () => Promise<ScratchMachine>): Prover {
  const spool: IndexSpool = {
    tap: (_, ndjson) => ndjson,
    async *entriesOf() {},
    close: async () => {},
  };
  return openProver({
    openMachine,
    clients: { openKeys: unused, openKube: unused },
    spool,
    version: 'v1.35.4',
    wanted: { drill: true, rehearse: 'v1.36.3' },
    by: 'ops',
    clock: jumpingClock(),
    log: recordedLog(),
    signal,
  });
}

function unused(): never {
  throw new Error('nothing runs here');
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 3; at++) yield Buffer.from([at]);
}

async function read(source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  return bytes;
}

describe('a prover without a scratch machine', () => {
  const unavailable = () =>
    Promise.reject(new KubestairError('SCRATCH_UNAVAILABLE', 'cp1 has no room', { next: 'Make room.' }));

  it('lets the backup go on, and names each proof that was wanted with the reason', async () => {
    const prover = proverOn(unavailable);
    expect(await read(prover.witness.snapshot(chunks()))).toBe(3);
    expect(await prover.prove(subject, signal)).toMatchObject([
      { kind: 'cross-proof', result: 'not-made', code: 'SCRATCH_UNAVAILABLE', detail: 'cp1 has no room' },
      { kind: 'drill', result: 'not-made', version: 'v1.35.4', next: 'Make room.' },
      { kind: 'rehearsal', result: 'not-made', version: 'v1.36.3' },
    ]);
    await prover.close();
  });

  it('says that there is nothing to compare with where no snapshot was taken', async () => {
    const prover = proverOn(unavailable);
    const [proof] = await prover.prove(subject, signal);
    expect(proof).toMatchObject({ result: 'not-made', code: 'BACKUP_WITHOUT_ETCD' });
    await prover.close();
  });
});

describe('a prover whose machine is lost while the snapshot goes there', () => {
  it('closes it, and makes no proof that says anything of the backup', async () => {
    let closed = 0;
    const lost = new KubestairError('HOST_UNREACHABLE', 'cp1 does not answer');
    const machine = {
      name: 'cp1',
      directory: '/x',
      program: async () => '/x/etcd',
      keep: () => Promise.reject(lost),
      close: async () => {
        closed += 1;
      },
    } as unknown as ScratchMachine;
    const prover = proverOn(async () => machine);
    expect(await read(prover.witness.snapshot(chunks()))).toBe(3);
    const proofs = await prover.prove(subject, signal);
    expect(proofs.map(({ result, code }) => `${result} ${code}`)).toEqual(
      Array.from({ length: 3 }, () => 'not-made HOST_UNREACHABLE'),
    );
    await prover.close();
    expect(closed).toBe(1);
  });
});
