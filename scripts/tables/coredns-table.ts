import { z } from 'zod';
import { releases } from '../../test/lab/parts/releases.ts';
import { askOracle } from './oracle.ts';

const answer = z.array(
  z.object({
    version: z.string(),
    next: z.string(),
    plugins: z.array(
      z.object({ name: z.string(), options: z.array(z.string()), patterns: z.array(z.string()) }),
    ),
  }),
);

type Release = z.output<typeof answer>[number];

/** src/tables/data/coredns.ts: what the newest kubeadm of the lab knows of CoreDNS's plugins. */
export async function corednsModule(): Promise<string> {
  const newest = releases.at(-1);
  if (newest === undefined) throw new Error('the lab has no release');
  const chain = inOrder(answer.parse(await askOracle(newest.kubernetes, 'plugins')));
  const rows = rowsOf(chain);
  const ofMinor = releases.map(
    ({ kubernetes, coredns }) => `'${kubernetes.split('.').slice(0, 2).join('.')}': '${coredns}'`,
  );
  return `// Written by scripts/tables.ts from the library by which kubeadm ${newest.kubernetes} migrates Corefiles.

/** Releases of CoreDNS that it knows, oldest first. */
export const COREDNS_RELEASES = \`
${chain.map(({ version }) => version).join(' ')}
\`;

/**
 * A row for each plugin, option (\`plugin/option\`) and pattern of options (\`plugin~pattern\`) that it knows how to migrate: the first and
 * the last release, \`-\` where that is the newest. What is there again after some releases has several rows.
 */
export const COREDNS_NAMES = String.raw\`
${rows.join('\n')}
\`;

/** The CoreDNS that kubeadm of a minor brings. */
export const COREDNS_OF_MINOR: Readonly<Record<string, string>> = { ${ofMinor.join(', ')} };
`;
}

function inOrder(found: readonly Release[]): readonly Release[] {
  const byVersion = new Map(found.map((release) => [release.version, release]));
  const followers = new Set(found.map(({ next }) => next));
  const chain: Release[] = [];
  let release = found.find(({ version }) => !followers.has(version));
  while (release !== undefined) {
    chain.push(release);
    release = byVersion.get(release.next);
  }
  if (chain.length !== found.length) throw new Error('the releases of CoreDNS are no chain');
  return chain;
}

function rowsOf(chain: readonly Release[]): readonly string[] {
  const present = chain.map(
    ({ plugins }) =>
      new Set(
        plugins.flatMap(({ name, options, patterns }) => [
          name,
          ...options.map((option) => `${name}/${option}`),
          ...patterns.map((pattern) => `${name}~${pattern}`),
        ]),
      ),
  );
  const names = [...new Set(present.flatMap((set) => [...set]))].toSorted();
  return names.flatMap((name) => {
    const runs: { from: number; to: number }[] = [];
    for (const [index, set] of present.entries()) {
      if (!set.has(name)) continue;
      const last = runs.at(-1);
      if (last !== undefined && last.to === index - 1) last.to = index;
      else runs.push({ from: index, to: index });
    }
    return runs.map(
      ({ from, to }) =>
        `${name} ${chain[from]?.version} ${to === chain.length - 1 ? '-' : chain[to]?.version}`,
    );
  });
}
