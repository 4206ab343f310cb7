import { KubestairError } from '../errors.ts';

/** Whether a node was given up, which is no reason to leave the others. */
export function isQuarantine(thrown: unknown): thrown is KubestairError {
  return thrown instanceof KubestairError && thrown.code === 'NODE_QUARANTINED';
}

/** One for all nodes that were given up. */
export function quarantineError(all: readonly KubestairError[]): KubestairError | undefined {
  const [first, ...others] = all;
  if (first === undefined || others.length === 0) return first;
  return new KubestairError('NODE_QUARANTINED', all.map(({ message }) => message).join('\n'), {
    object: all.map(({ object }) => object).join(', '),
    next: 'They stay cordoned with the mark of this run. Make room in the budgets or repair the workloads that are named, then run the same command again: it takes these nodes up again.',
  });
}
