/** Names by the minors that have them: each key lists minors (`1.35 1.36`), its value the names, apart by white space. */
export type NamesByMinor = Readonly<Record<string, string>>;

/** Programs whose flags are tabled. */
export type Program =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'
  | 'etcd';

const read = new Map<NamesByMinor, ReadonlyMap<string, ReadonlySet<string>>>();

/** The names that a minor has; empty for a minor that the table was not made for. */
export function namesAt(table: NamesByMinor, minor: string): ReadonlySet<string> {
  let sets = read.get(table);
  if (sets === undefined) {
    sets = setsOf(table);
    read.set(table, sets);
  }
  return sets.get(minor) ?? new Set();
}

function setsOf(table: NamesByMinor): ReadonlyMap<string, ReadonlySet<string>> {
  const sets = new Map<string, Set<string>>();
  for (const [minors, names] of Object.entries(table)) {
    for (const minor of minors.split(' ')) {
      const own = sets.get(minor) ?? new Set();
      for (const name of names.split(/\s+/)) if (name !== '') own.add(name);
      sets.set(minor, own);
    }
  }
  return sets;
}
