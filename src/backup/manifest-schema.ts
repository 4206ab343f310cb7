import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Manifest, Proof } from './manifest.ts';

const digest = z.object({ bytes: z.number(), sha256: z.string() });
/** Names below the backup's folder, and none that leads out of it: a store may be written to by others. */
const PART_PATH = /^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\0\\]+$/;
const part = z.object({ path: z.string().regex(PART_PATH), plain: digest, sealed: digest });

const resource = z.object({
  group: z.string(),
  version: z.string(),
  resource: z.string(),
  kind: z.string(),
  namespaced: z.boolean(),
  objects: z.number(),
  consistency: z.enum(['exact', 'own', 'expired']),
  listResourceVersion: z.string(),
  part: part.exactOptional(),
  error: z.string().exactOptional(),
  accepted: z.object({ reason: z.string(), until: z.string() }).exactOptional(),
});

const version = z.templateLiteral(['v', z.string()]);

/** Reads a proof, beside the manifest or in it. */
export const proofSchema: z.ZodType<Proof> = z.object({
  kind: z.enum(['checksums', 'cross-proof', 'drill', 'rehearsal']),
  result: z.enum(['passed', 'failed', 'not-made']),
  at: z.string(),
  detail: z.string(),
  by: z.string().exactOptional(),
  where: z.string().exactOptional(),
  seconds: z.number().exactOptional(),
  version: version.exactOptional(),
  objects: z.number().exactOptional(),
  exceptions: z.array(z.object({ what: z.string(), count: z.number(), reason: z.string() })).exactOptional(),
  differences: z.number().exactOptional(),
  examples: z.array(z.object({ object: z.string(), finding: z.string() })).exactOptional(),
  // A later version may know further codes.
  code: z.custom<ErrorCode>((value) => typeof value === 'string').exactOptional(),
  next: z.string().exactOptional(),
});

/** Reads what any version of the tool wrote in format 1; keys it does not know are left out. */
export const manifestSchema: z.ZodType<Manifest> = z.object({
  format: z.literal('kubestair.dev/backup/v1'),
  id: z.string(),
  tool: z.string(),
  cluster: z.object({ name: z.string(), uid: z.string(), version }),
  reason: z.enum(['backup', 'upgrade']),
  runId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  state: z.enum(['complete', 'partial']),
  resourceVersion: z.string(),
  resources: z.array(resource),
  etcd: z
    .object({
      member: z.string(),
      memberId: z.string(),
      etcdVersion: z.string(),
      revision: z.string(),
      trailerSha256: z.string(),
      part,
    })
    .exactOptional(),
  apiServer: z.object({ flags: z.array(z.string()), etcdPrefix: z.string() }).exactOptional(),
  hosts: z.array(z.object({ node: z.string(), part })),
  encryption: z
    .array(z.object({ node: z.string(), file: z.string(), providers: z.array(z.string()), part }))
    .exactOptional(),
  recipients: z.array(z.string()),
  proofs: z.array(proofSchema),
});
