import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { writeBetween } from '../../support/pages.ts';

const PAGE = 'docs/reliability.md';

/** Says what a test saw, and with `KUBESTAIR_WRITE=yes` puts it into docs/reliability.md, between the markers of that name. */
export async function tellFigures(
  name: string,
  command: string,
  table: readonly (readonly [string, string])[],
): Promise<void> {
  const rows = [['what', 'seen'], ['-', '-'], ...table].map((cells) => `| ${cells.join(' | ')} |`);
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const text = [
    ...rows,
    '',
    `- \`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    `- ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${gibibytes} GiB, Linux ${release()}, all hosts on them; load average at the end ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ].join('\n');
  console.error(`\n${text}\n`);
  if (process.env['KUBESTAIR_WRITE'] === 'yes') await writeBetween(PAGE, `figures ${name}`, text);
}
