/** Names, each with the minors that have it. */
export type MinorsByName = ReadonlyMap<string, readonly string[]>;

/** Turns the names of each minor around; minors stay in their order. */
export function minorsByName(sets: ReadonlyMap<string, Iterable<string>>): MinorsByName {
  const minors = new Map<string, string[]>();
  for (const [minor, names] of sets) {
    for (const name of new Set(names)) minors.set(name, [...(minors.get(name) ?? []), minor]);
  }
  return minors;
}

/** The object literal of a NamesByMinor: lists of minors, each with its names as wrapped text. */
export function namesLiteral(minors: MinorsByName): string {
  const groups = Map.groupBy([...minors], ([, of]) => of.join(' '));
  const entries = [...groups].toSorted(([a], [b]) => byLengthThenText(b, a));
  const lines = entries.map(([key, names]) => `  '${key}': \`\n${wrapped(names.map(([name]) => name))}\`,`);
  return `{\n${lines.join('\n')}\n}`;
}

const WIDTH = 108;

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (line !== '' && line.length + name.length + 1 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? name : `${line} ${name}`;
  }
  return [...lines, line].join('\n');
}

function byLengthThenText(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
