import * as z from 'zod';
import { duration, matching } from './values.ts';

/** Labels as kubectl's -l takes them, without sets. Source: k8s.io/apimachinery/pkg/labels, Parse. */
const SELECTOR =
  /^(?:\*|!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:(?:==?|!=)[A-Za-z0-9._-]*)?(?:,!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:(?:==?|!=)[A-Za-z0-9._-]*)?)*)$/;

/** A DNS subdomain, as node names are. Source: k8s.io/apimachinery/pkg/util/validation, IsDNS1123Subdomain. */
const NODE_NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Ends up in command lines. */
const ADDRESS = /^[A-Za-z0-9[][A-Za-z0-9.:%[\]-]*$/;

const selector = (about: string) => matching(SELECTOR, 'labels such as pool=web or pool=web,!spot', about);

const maxUnavailable = z.union(
  [
    z.int().min(1, 'must be 1 or more, or a percentage'),
    z.string().regex(/^(?:[1-9]\d?|100)%$/, 'must be a number or a percentage from 1% to 100%'),
  ],
  'must be a number or a percentage such as 10%',
);

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** How workers are taken through an upgrade. */
export const workersSchema = z.strictObject({
  strategy: z
    .enum(['rolling', 'all-at-once', 'replace'])
    .default('rolling')
    .describe(
      '`rolling` takes workers batch by batch, `all-at-once` all of them together, `replace` joins other hosts in their place.',
    ),
  spares: z.exactOptional(
    z
      .array(
        z.strictObject({
          name: matching(NODE_NAME, 'a node name in lower case', 'Name of the node that the host becomes.'),
          address: matching(ADDRESS, 'a host name or an address', 'Where the host is reached over SSH.'),
        }),
      )
      .min(1, 'must name one or more hosts')
      .refine(
        (spares) =>
          (['name', 'address'] as const).every((key) => isUnique(spares.map((spare) => spare[key]))),
        'must name each host once',
      )
      .describe(
        'Hosts with a container runtime that belong to no cluster; `replace` puts them in the place of workers, and goes on with the hosts that become free.',
      ),
  ),
  maxUnavailable: z.exactOptional(
    maxUnavailable.describe(
      'Workers of one batch, which are away together: a number, or a percentage of all workers, rounded down but never to 0. Default 1.',
    ),
  ),
  order: z.exactOptional(
    z
      .array(selector('Labels of the workers that come here; `*` stands for all others.'))
      .describe('Labels in the order in which workers are taken, as `pool=batch`; default by name.'),
  ),
  canary: z.exactOptional(
    z
      .strictObject({
        selector: selector('Labels of the workers that go first.'),
        soak: duration('10m', 'How long the cluster is watched before the others follow.'),
      })
      .describe(
        'Workers that go before all others, one batch at a time, and are watched before any other follows.',
      ),
  ),
  perHop: z
    .boolean()
    .default(true)
    .describe(
      'Takes workers through every hop. `false` leaves them behind while the control plane goes on, as far as the version skew policy allows, and saves drains.',
    ),
  parallel: z
    .int()
    .min(1, 'must be from 1 to 50')
    .max(50, 'must be from 1 to 50')
    .default(10)
    .describe('Hosts that are worked on at the same time, for packages and images and within a batch.'),
});

export type WorkersFile = z.output<typeof workersSchema>;
