import * as z from 'zod';
import { duration, httpUrl, matching, text } from './values.ts';

/** Names become parts of step ids and of the names of Jobs. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PROBES = ['command', 'prometheus', 'http', 'job'] as const;

const name = (about: string) => matching(NAME, 'up to 31 lower-case letters, digits and dashes', about);

const prometheus = z
  .strictObject({
    url: httpUrl('Prometheus, or what answers like it, as the runner reaches it.'),
    query: text('Query; every sample of its answer counts, and an answer without samples does not pass.'),
    above: z.exactOptional(z.number().describe('Passes while every sample is above this number.')),
    below: z.exactOptional(z.number().describe('Passes while every sample is below this number.')),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, 'needs above or below');

const http = z.strictObject({
  url: httpUrl('URL that is asked with GET from where Kubestair runs; redirections are answers.'),
  status: z
    .int()
    .min(100, 'must be a status from 100 to 599')
    .max(599, 'must be a status from 100 to 599')
    .default(200)
    .describe('Status that passes.'),
});

const job = z.strictObject({
  manifest: text('File with one Job, relative to this file; it is run in the cluster and removed.'),
  namespace: matching(NAMESPACE, 'the name of a namespace', 'Namespace that it runs in.'),
});

const check = z
  .strictObject({
    name: name('Name of the gate.'),
    at: z.enum(['node', 'hop', 'run']).describe('After what it has to pass.'),
    command: z.exactOptional(
      text('Shell command on the machine that Kubestair runs on; passes with exit code 0.'),
    ),
    prometheus: z.exactOptional(prometheus.describe('A query and its bounds.')),
    http: z.exactOptional(http.describe('A request over HTTP.')),
    job: z.exactOptional(job.describe('A Job in the cluster, which passes by completing.')),
    timeout: duration('5m', 'How long it may take until it passes; it is tried again until then.'),
    soak: duration('0s', 'For how long it then has to go on passing.'),
  })
  .refine(
    (each) => PROBES.filter((probe) => each[probe] !== undefined).length === 1,
    `needs one of ${PROBES.join(', ')}`,
  );

/** What a rollout waits for between nodes. */
export const gatesSchema = z.strictObject({
  timeout: duration('10m', 'How long a node and its pods may take to become healthy.'),
  checks: z
    .array(check)
    .default([])
    .describe('Gates of your own, which have to pass after each node, each hop or the whole run.'),
});

const WHEN = ['before-run', 'after-run', 'before-hop', 'after-hop', 'before-node', 'after-node'] as const;

/** The list spec.hooks of the cluster file. */
export const hookList = z
  .array(
    z.strictObject({
      name: name('Name of the hook.'),
      when: z.enum(WHEN).describe('When it runs.'),
      command: text(
        'Shell command on the machine that Kubestair runs on; KUBESTAIR_NODE, KUBESTAIR_HOP_FROM, KUBESTAIR_HOP_TO and KUBESTAIR_RUN are in its environment.',
      ),
      timeout: duration('5m', 'How long it may take.'),
    }),
  )
  .default([])
  .describe(
    'Commands before and after each node, each hop or the whole run. One that fails stops the rollout.',
  );

export type GatesFile = z.output<typeof gatesSchema>;
export type HooksFile = z.output<typeof hookList>;
