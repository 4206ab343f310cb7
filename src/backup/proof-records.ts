import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Store } from '../ports/store.ts';
import type { Proof } from './manifest.ts';
import { proofSchema } from './manifest-schema.ts';

/** Proofs of a backup that were made after it was taken: its manifest is never written again. */
export interface ProofRecord {
  readonly format: 'kubestair.dev/proofs/v1';
  /** Id of the backup. */
  readonly backup: string;
  readonly tool: string;
  readonly proofs: readonly Proof[];
}

const recordSchema: z.ZodType<ProofRecord> = z.object({
  format: z.literal('kubestair.dev/proofs/v1'),
  backup: z.string(),
  tool: z.string(),
  proofs: z.array(proofSchema),
});

/** Where records lie below a backup's folder. */
const PROOFS_FOLDER = 'proofs/';

/**
 * Writes proofs beside the manifest, create-only.
 * @param prefix The backup's folder in the store, ending in `/`.
 * @param name Sorts by time and is nobody else's: what backupId() makes.
 * @returns the key
 * @throws KubestairError STORE_*
 */
export async function recordProofs(
  { backup, tool, proofs }: Omit<ProofRecord, 'format'>,
  prefix: string,
  name: string,
  store: Store,
  signal: AbortSignal,
): Promise<string> {
  const record: ProofRecord = { format: 'kubestair.dev/proofs/v1', backup, tool, proofs };
  const key = `${prefix}${PROOFS_FOLDER}${name}.json`;
  const body = Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`);
  await store.put(key, body, { createOnly: true, contentType: 'application/json', signal });
  return key;
}

/**
 * Reads records, oldest first. What is none of this backup or of this format is left out: it proves nothing.
 * @throws KubestairError STORE_*
 */
export async function readProofs(
  backup: string,
  prefix: string,
  store: Store,
  signal: AbortSignal | undefined,
): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for await (const { key } of store.list(prefix + PROOFS_FOLDER, signal)) {
    const body = await store.get(key, signal);
    const record = body && recordSchema.safeParse(parseJson(await text(body))).data;
    if (record?.backup === backup) proofs.push(...record.proofs);
  }
  return proofs;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
