import { z } from 'zod';
import type { Manifest } from './manifest.ts';

const digest = z.object({ bytes: z.number(), sha256: z.string() });
const part = z.object({ path: z.string(), plain: digest, sealed: digest });

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

/** Reads what any version of the tool wrote in format 1; keys it does not know are left out. */
export const manifestSchema: z.ZodType<Manifest> = z.object({
  format: z.literal('kubestair.dev/backup/v1'),
  id: z.string(),
  tool: z.string(),
  cluster: z.object({ name: z.string(), uid: z.string(), version: z.templateLiteral(['v', z.string()]) }),
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
  hosts: z.array(z.object({ node: z.string(), part })),
  encryption: z
    .array(z.object({ node: z.string(), file: z.string(), providers: z.array(z.string()), part }))
    .exactOptional(),
  recipients: z.array(z.string()),
  proofs: z.array(
    z.object({
      kind: z.literal('checksums'),
      result: z.literal('passed'),
      at: z.string(),
      detail: z.string(),
    }),
  ),
});
