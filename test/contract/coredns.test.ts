import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { corednsModule } from '../../scripts/tables/coredns-table.ts';
import { askOracle } from '../../scripts/tables/oracle.ts';
import { corefilePlugins } from '../../src/cluster/corefile.ts';
import { canMigrate, unsupported } from '../../src/tables/coredns.ts';
import { releases } from '../lab/parts/releases.ts';

const FILE = 'src/tables/data/coredns.ts';
const answers = z.array(z.object({ unsupported: z.array(z.string()), error: z.string() }));

test('the table of plugins is what kubeadm knows', async () => {
  const input = await corednsModule();
  const formatted = execFileSync('biome', ['format', `--stdin-file-path=${FILE}`], {
    input,
    encoding: 'utf8',
  });
  expect(readFileSync(FILE, 'utf8')).toBe(formatted);
}, 1_200_000);

const word = fc.constantFrom(
  'pods',
  'ttl',
  'wibble',
  'lameduck',
  'fallthrough',
  '"a b"',
  'x#y',
  '{$ENV}',
  '1.2.3',
);
const name = fc.constantFrom(
  'kubernetes',
  'errors',
  'forward',
  'federation',
  'hosts',
  'etcd',
  'cache',
  'log',
);
const option = fc
  .tuple(word, fc.array(word, { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest].join(' '));
const plugin = fc
  .record({ name, args: fc.array(word, { maxLength: 2 }), options: fc.array(option, { maxLength: 3 }) })
  .map(({ name: first, args, options }) => {
    const head = ['  ', first, ...args].join(' ');
    return options.length === 0 ? head : `${head} {\n    ${options.join('\n    ')}\n  }`;
  });
const corefile = fc
  .array(fc.array(plugin, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((servers) => servers.map((plugins) => `.:53 {\n${plugins.join('\n')}\n}\n`).join('# more\n'));

test('what is in the way of a migration is what kubeadm says', async () => {
  const [newest] = releases.slice(-1);
  const versions = ['1.8.0', '1.11.1', '1.13.1', '1.14.2', '1.14.6', '1.99.0'];
  const questions = fc
    .sample(
      fc.record({ from: fc.constantFrom(...versions), to: fc.constantFrom(...versions), corefile }),
      500,
    )
    .filter(({ from, to }) => from !== to);
  const said = answers.parse(await askOracle(newest?.kubernetes ?? '', 'corefile', questions));
  for (const [index, question] of questions.entries()) {
    const { unsupported: theirs = [], error = '' } = said[index] ?? {};
    const possible = canMigrate(question.from, question.to);
    expect(error === '' || !/not supported|cannot migrate/.test(error), JSON.stringify(question)).toBe(
      possible,
    );
    if (!possible) continue;
    const ours = unsupported(question.from, question.to, corefilePlugins(question.corefile));
    expect(ours.toSorted(), question.corefile).toEqual([...new Set(theirs)].toSorted());
  }
}, 1_200_000);
