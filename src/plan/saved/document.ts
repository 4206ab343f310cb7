import * as z from 'zod';
import { KubestairError } from '../../errors.ts';
import { fromPlain, toPlain } from './plain.ts';
import type { PlanBasis } from './record.ts';

const FORMAT = 'kubestair.dev/observation/v1';

/** What a cluster looked like when it was planned for, to plan from again: elsewhere, later, or by somebody else. */
export interface SavedObservation {
  /** Name and version of what saved it. */
  readonly tool: string;
  /** RFC 3339. */
  readonly savedAt: string;
  /** Whether names were replaced. */
  readonly pseudonymised: boolean;
  /** Cluster file as the user named it. */
  readonly file: string;
  readonly basis: PlanBasis;
}

/** The file of an observation, published as schema/observation.schema.json. */
export interface ObservationDocument extends Omit<SavedObservation, 'basis'>, PlanBasis {
  readonly format: typeof FORMAT;
}

const facts = z.looseObject({});
/** The envelope, and what every plan looks at first. What checks look at beyond that differs from version to version. */
const document = z.looseObject({
  format: z.literal(FORMAT),
  tool: z.string(),
  savedAt: z.string(),
  pseudonymised: z.boolean(),
  file: z.string(),
  given: z.looseObject({
    config: z.looseObject({ name: z.string(), version: z.string(), provider: z.string() }),
    versionAt: z.looseObject({ file: z.string() }),
    observation: z.looseObject({
      clusterUid: z.string(),
      apiServerVersion: z.string(),
      nodes: z.array(z.looseObject({ name: z.string(), role: z.string(), kubelet: z.string() })),
      pods: z.array(facts),
      budgets: z.array(facts),
    }),
  }),
  offered: facts,
  preflight: z.looseObject({ hops: z.array(facts), findings: z.array(facts) }),
});

/** @throws TypeError for a part that JSON cannot hold: a defect */
export function writeObservation({ basis, ...head }: SavedObservation): string {
  const content: Record<keyof ObservationDocument, unknown> = {
    format: FORMAT,
    ...head,
    given: toPlain(basis.given),
    offered: toPlain(basis.offered),
    preflight: toPlain(basis.preflight),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** @throws KubestairError OBSERVATION_INVALID */
export function readObservation(text: string, file: string): SavedObservation {
  const parsed = document.safeParse(parse(text, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has another form'}`, file);
  }
  const { tool, savedAt, pseudonymised, file: from, given, offered, preflight } = parsed.data;
  // Held against the schema above; the rest is as it was saved, and replanning says what it lacks.
  const basis = {
    given: fromPlain(given),
    offered: fromPlain(offered),
    preflight: fromPlain(preflight),
  } as unknown as PlanBasis;
  return { tool, savedAt, pseudonymised, file: from, basis };
}

/** What stands in the way of planning from an observation, as an error that says so. */
export function unreadable(reason: string, file: string, cause?: unknown): KubestairError {
  return new KubestairError(
    'OBSERVATION_INVALID',
    `${file} is no observation that can be planned from: ${reason}`,
    {
      location: { file },
      next: 'Save it anew with this version of Kubestair: kubestair plan --save-observation.',
      cause,
    },
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw unreadable('it is not JSON', file, thrown);
  }
}
