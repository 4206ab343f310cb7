import { fitOf } from '../fit.ts';
import { timeSpan } from './amounts.ts';
import type { Check } from './check.ts';

/** A run stops between units of nodes: one that is longer than every window would never begin, or run into the day. */
export const windowsFit: Check = {
  id: 'windows',
  about: 'A maintenance window opens, and is long enough for the nodes that are worked on together.',
  severity: 'blocking',
  evidence:
    '`spec.windows` and `spec.freeze` of the cluster file, the date, and how long steps are expected to take.',
  remedy: 'Write a longer window, or smaller batches; settle when a freeze ends.',
  find: ({ config, steps, now }) => {
    const fit = fitOf(steps, config.workers.parallel, config, now);
    if (fit === undefined) return [];
    const { forecast, tooLong } = fit;
    if (forecast.opensAt === undefined) {
      const why = forecast.frozen === undefined ? '' : ` (${forecast.frozen})`;
      return [
        {
          severity: 'blocking',
          object: 'spec.freeze',
          message: `leaves no time to work within the next 400 days${why}`,
          remedy: 'Let the freeze end earlier, or write a window outside of it.',
        },
      ];
    }
    if (tooLong === undefined) return [];
    const nodes = [...new Set(tooLong.steps.flatMap(({ node }) => node ?? []))];
    const who = nodes.length === 0 ? (tooLong.steps[0]?.does ?? '') : `the work on ${nodes.join(', ')}`;
    return [
      {
        severity: 'blocking',
        object: 'spec.windows',
        message: `${who} takes about ${timeSpan(tooLong.seconds)} without a stop, and the longest of the next windows is ${timeSpan(tooLong.windowSeconds)}`,
        remedy: 'Write a longer window, or take fewer workers at once (spec.workers.maxUnavailable).',
      },
    ];
  },
};
