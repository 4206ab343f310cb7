import * as z from 'zod';
import { KubestairError } from '../../errors.ts';
import { planHash } from '../hash.ts';
import type { Plan } from '../plan.ts';

const named = z.looseObject({ name: z.string() });
const setting = z.looseObject({ kind: z.string(), name: z.string(), place: z.string() });
/** What the words for a drift are made from; a later version may have more. */
const planSchema = z.looseObject({
  format: z.literal('kubestair.dev/plan/v1'),
  tool: z.string(),
  cluster: z.string(),
  clusterUid: z.string(),
  target: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  basis: z.looseObject({
    config: z.looseObject({}),
    configuredVersion: z.string().nullable(),
    nodes: z.array(named),
    etcd: z.looseObject({ topology: z.string(), members: z.array(named) }).nullable(),
    settings: z
      .looseObject({
        cluster: z.array(setting),
        hosts: z.array(z.looseObject({ node: z.string(), found: z.array(setting).nullable() })),
      })
      .nullable(),
  }),
  steps: z.array(z.looseObject({ id: z.string(), kind: z.string(), hop: z.looseObject({ to: z.string() }) })),
  findings: z.array(
    z.looseObject({ check: z.string(), severity: z.string(), object: z.string(), message: z.string() }),
  ),
});

const resultSchema = z.looseObject({
  format: z.literal('kubestair.dev/result/v1'),
  plan: planSchema,
});

/**
 * The plan of a result document, as `plan --output json` prints it, or such a plan by itself. A plan of this same tool has to have
 * the hash that it says it has; how another version's was made is not known here.
 * @param file for messages
 * @throws KubestairError PLAN_FILE_INVALID
 */
export function readPlanFile(text: string, file: string, tool: string): Plan {
  const document = parse(text, file);
  const parsed = z.union([resultSchema.transform(({ plan }) => plan), planSchema]).safeParse(document);
  if (!parsed.success) throw invalid(file, lackOf(document));
  // Held against the schema above.
  const plan = parsed.data as unknown as Plan;
  if (plan.tool === tool && planHash(plan) !== plan.hash)
    throw invalid(file, 'it was changed after it was made: its hash is not that of what it says');
  return plan;
}

function lackOf(document: unknown): string {
  const result = resultSchema.safeParse(document);
  const plan = planSchema.safeParse(document);
  const of = isObject(document) && 'outcome' in document ? result : plan;
  const issue = of.error?.issues[0];
  return `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'it has another form'}`;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw invalid(file, 'it is not JSON', thrown);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What is wrong with a plan's file, as an error that says what to give instead. */
export function invalid(file: string, reason: string, cause?: unknown): KubestairError {
  return new KubestairError('PLAN_FILE_INVALID', `${file} holds no plan that can be approved: ${reason}`, {
    location: { file },
    next: 'Give what kubestair plan --output json printed, or the file that the output result-file of plan names.',
    cause,
  });
}
