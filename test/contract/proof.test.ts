import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openIndexSpool } from '../../src/adapters/index-spool.ts';
import { measure } from '../../src/backup/digest.ts';
import { openPartStore } from '../../src/backup/parts.ts';
import { openPart } from '../../src/backup/unseal.ts';
import { prove } from '../../src/proof/prove.ts';
import type { Scratch } from '../../src/proof/scratch.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import {
  backUp,
  fill,
  inPieces,
  proofsOf,
  proofsOn,
  summaryOf,
  type Taken,
  VERSION,
} from './support/proofs.ts';
import { testScratch } from './support/scratch.ts';
import { temporaryDirectory } from './support/temporary.ts';

const signal = new AbortController().signal;

let api: ApiServer;
let taken: Taken;

beforeAll(async () => {
  api = await startApiServer();
  await fill(api);
  taken = await backUp(api);
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

/** The backup with other lines in a part than were exported, and a manifest that is right about them. */
async function withLines(
  resource: string,
  change: (lines: readonly string[]) => readonly string[],
): Promise<Taken> {
  const { manifest, source } = taken;
  const found = manifest.resources.find((each) => each.resource === resource);
  if (found?.part === undefined) throw new Error(`no ${resource}`);
  const text = (await buffer(openPart(found.part, source, signal))).toString();
  const lines = change(text.split('\n').slice(0, -1));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const parts = openPartStore(source.store, source.prefix, []);
  const part = await parts.write(`changed/${resource}`, measure(inPieces(bytes)), signal);
  const changed = { ...found, part, objects: lines.length };
  const resources = manifest.resources.map((each) => (each === found ? changed : each));
  return { manifest: { ...manifest, resources }, source };
}

describe('proofs of a backup of a real API server and etcd', { timeout: 300_000 }, () => {
  it('pass when they are made from what went into the backup, while it was taken', async () => {
    await using scratch = await testScratch();
    await using temporary = await temporaryDirectory();
    const spool = await openIndexSpool(temporary.path);
    const witness = openWitness({ tap: spool.tap, receive: scratch.receive, signal });
    const { manifest } = await backUp(api, witness);
    await witness.received();
    const proofs = await prove(
      { manifest, index: spool },
      { drill: true, rehearse: VERSION },
      { scratch, by: 'test', clock: systemClock, log: recordedLog(), signal },
    );
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
    const all = manifest.resources.reduce((sum, part) => sum + part.objects, 0);
    for (const { objects = 0 } of proofs) expect(objects).toBeGreaterThan(all - 20);
    const reasons = new Set(proofs[0]?.exceptions?.map(({ what }) => what));
    // Written by the API server's first compaction, five minutes after its start.
    reasons.delete('keys outside /registry/');
    expect([...reasons].toSorted()).toEqual([
      'componentstatuses',
      'events',
      'events.events.k8s.io',
      'keys below peerserverleases/',
      'keys below ranges/',
    ]);
  });

  it('fail by name for objects that the export lacks, has too many, or has in another version', async () => {
    const changed = await withLines('configmaps', (lines) =>
      lines
        .filter((line) => !line.includes('"name":"c17"'))
        .flatMap((line) =>
          line.includes('"name":"c5"') ? [line, line.replace('"c5"', '"c5-copy"')] : [line],
        )
        .map((line) => line.replace(/("name":"c33",.*"resourceVersion":")(\d+)/, '$11')),
    );
    const [proof] = await proofsOf(changed, { drill: false });
    expect(proof).toMatchObject({ result: 'failed', code: 'BACKUP_UNPROVEN', differences: 3 });
    expect(proof?.examples).toEqual([
      { object: 'configmaps default/c17', finding: 'is in etcd, but not in the export' },
      {
        object: 'configmaps default/c33',
        finding: expect.stringContaining('resourceVersion 1 in the export'),
      },
      { object: 'configmaps default/c5-copy', finding: 'is in the export, but not in etcd' },
    ]);
  });

  it('find an object whose contents alone are others', async () => {
    const changed = await withLines('secrets', (lines) =>
      lines.map((line) => line.replace('"password":"eA=="', '"password":"eQ=="')),
    );
    const [cross, drilled] = await proofsOf(changed, { drill: true });
    expect(cross?.result).toBe('passed');
    expect(drilled).toMatchObject({ result: 'failed', differences: 1 });
    expect(drilled?.examples?.[0]?.object).toBe('secrets default/s1');
  });

  it('find a snapshot that was damaged or cut off on its way', async () => {
    for (const damage of [flipped, (bytes: Buffer) => bytes.subarray(0, -4096)]) {
      const [proof] = await proofsOf(taken, { drill: false }, { damage });
      expect(proof).toMatchObject({ kind: 'cross-proof', result: 'failed', code: 'SNAPSHOT_HASH' });
    }
  });

  it('rehearse what is gone in the next version, and name the objects', async () => {
    // The same API server stands for a later one that has no CronJobs any more.
    await using scratch = await testScratch();
    const later = withTargetFlag(scratch, '--runtime-config=batch/v1=false');
    const [, , rehearsed] = await proofsOn(later, taken, { drill: true, rehearse: VERSION });
    expect(rehearsed).toMatchObject({ result: 'failed', code: 'REHEARSAL_FAILED' });
    expect(rehearsed?.examples).toContainEqual({
      object: 'cronjobs.batch default/nightly',
      finding: 'has no API any more: batch/v1 is gone',
    });
  });

  it('rehearse an API server that does not start with the flags of today', async () => {
    await using scratch = await testScratch();
    const later = withTargetFlag(scratch, '--feature-gates=GoneForGood=true');
    const [, , rehearsed] = await proofsOn(later, taken, { drill: true, rehearse: VERSION });
    expect(rehearsed).toMatchObject({
      result: 'failed',
      code: 'REHEARSAL_FAILED',
      detail: expect.stringContaining('GoneForGood'),
    });
  });

  it('leave nothing behind', async () => {
    const scratch = await testScratch();
    await proofsOn(scratch, taken, { drill: true });
    await scratch[Symbol.asyncDispose]();
    expect(existsSync(scratch.directory)).toBe(false);
    expect(await commandLines()).not.toContain(scratch.directory);
  });

  it('cannot be made without programs', async () => {
    await using scratch = await testScratch({ directories: [] });
    const proofs = await proofsOn(scratch, taken, { drill: false });
    expect(proofs).toMatchObject([{ result: 'not-made', code: 'SCRATCH_UNAVAILABLE' }]);
  });
});

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(9000) ^ 1, 9000);
  return changed;
}

/** Of every process of this machine. */
async function commandLines(): Promise<string> {
  return (await promisify(execFile)('ps', ['-eo', 'args'])).stdout;
}

/** The second API server that is started gets another flag: it stands for one of a later version. */
function withTargetFlag(scratch: Scratch, flag: string): Scratch {
  let started = 0;
  return {
    ...scratch,
    startApiServer(version, settings, ...rest) {
      started += 1;
      const flags = started === 1 ? settings.flags : [...settings.flags, flag];
      return scratch.startApiServer(version, { ...settings, flags }, ...rest);
    },
  };
}
