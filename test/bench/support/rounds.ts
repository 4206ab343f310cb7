/** Does something several times, with everything that it is compared to in each round, so that a busy moment hits all of them. */
export async function rounds<T>(count: number, round: (number: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let number = 1; number <= count; number++) results.push(await round(number));
  return results;
}

/** The quickest of several: other programs on the machine can only add to a time. */
export function fastest<T extends { readonly seconds: number }>(all: readonly T[]): T {
  const [first] = all.toSorted((a, b) => a.seconds - b.seconds);
  if (first === undefined) throw new Error('nothing was measured');
  return first;
}
