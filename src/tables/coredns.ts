import type { CorefilePlugin } from '../cluster/corefile.ts';
import { COREDNS_NAMES, COREDNS_RELEASES } from './data/coredns.ts';

const RELEASES = COREDNS_RELEASES.trim().split(' ');

/** What a release knows, from one index of RELEASES up to another. */
interface Row {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

const ROWS: readonly Row[] = COREDNS_NAMES.trim()
  .split('\n')
  .map((line) => {
    const [name = '', first = '', last = ''] = line.split(' ');
    return {
      name,
      first: RELEASES.indexOf(first),
      last: last === '-' ? RELEASES.length - 1 : RELEASES.indexOf(last),
    };
  });

/** Whether kubeadm can migrate from one release of CoreDNS to another, a later one. */
export function canMigrate(from: string, to: string): boolean {
  const [first, last] = [RELEASES.indexOf(from), RELEASES.indexOf(to)];
  return first >= 0 && last > first;
}

/**
 * Plugins and options of a Corefile that kubeadm does not know how to migrate on the way from one release of CoreDNS to another, each
 * once, as `plugin` or `plugin option`. Source: github.com/coredns/corefile-migration, migration/migrate.go, Unsupported.
 */
export function unsupported(from: string, to: string, plugins: readonly CorefilePlugin[]): readonly string[] {
  const way = RELEASES.keys().filter(
    (index) => index > RELEASES.indexOf(from) && index <= RELEASES.indexOf(to),
  );
  const found = [...way].flatMap((release) => {
    const known = ROWS.filter(({ first, last }) => first <= release && release <= last).map(
      ({ name }) => name,
    );
    const names = new Set(known);
    return plugins.flatMap(({ name, options }) => {
      if (!names.has(name)) return [name];
      const patterns = known
        .filter((each) => each.startsWith(`${name}~`))
        .map((each) => each.slice(name.length + 1));
      return options
        .filter(
          (option) =>
            !names.has(`${name}/${option}`) && !patterns.some((pattern) => new RegExp(pattern).test(option)),
        )
        .map((option) => `${name} ${option}`);
    });
  });
  return [...new Set(found)];
}
