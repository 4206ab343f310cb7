type Task<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Does several things at a time. The first failure stops the others, which are waited for, so that nothing is under way when this
 * ends. @throws what failed first, or the signal's reason
 */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal,
  tasks: { readonly [K in keyof T]: Task<T[K]> },
): Promise<T> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const results = await Promise.allSettled(
    (tasks as readonly Task<unknown>[]).map(async (task) => {
      try {
        either.throwIfAborted();
        return await task(either);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as unknown as T;
}
