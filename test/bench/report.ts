import { type BenchResult, type Claim, isMet, type Row } from './bench.ts';

/** The result as Markdown, as it stands in docs/performance.md and on the terminal. */
export function toMarkdown({ rows, claims, notes }: BenchResult, circumstances: readonly string[]): string {
  const measured = table(
    ['what', 'time', 'rate', 'CPU', 'peak memory'],
    rows.map((row) => [row.what, formatTime(row.seconds), rateOf(row), cpuOf(row), memoryOf(row)]),
  );
  const promised = table(
    ['promise', 'measured', 'wanted', 'kept'],
    claims.map((claim) => [claim.what, amount(claim), wantedOf(claim), isMet(claim) ? 'yes' : '**no**']),
  );
  return [
    ...(rows.length > 0 ? [measured] : []),
    ...(claims.length > 0 ? [promised] : []),
    bullets(notes),
    bullets(circumstances),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [toLine(head), toLine(widths.map((width) => '-'.repeat(width))), ...lines.map(toLine)].join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function formatTime(seconds: number): string {
  return seconds < 0.1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

function rateOf({ objects, bytes, seconds }: Row): string {
  const rates = [
    ...(objects === undefined ? [] : [`${Math.round(objects / seconds)} objects/s`]),
    ...(bytes === undefined ? [] : [`${Math.round(bytes / seconds / 1e6)} MB/s`]),
  ];
  return rates.join(', ');
}

function cpuOf({ cpuSeconds }: Row): string {
  return cpuSeconds === undefined ? '' : `${cpuSeconds.toFixed(2)} s`;
}

function memoryOf({ peakBytes }: Row): string {
  return peakBytes === undefined ? '' : `${Math.round(peakBytes / 2 ** 20)} MiB`;
}

function amount({ measured, unit }: Pick<Claim, 'measured' | 'unit'>): string {
  const digits = measured >= 100 || Number.isInteger(measured) ? 0 : 2;
  return `${measured.toFixed(digits)} ${unit}`;
}

function wantedOf({ wanted, unit }: Claim): string {
  return 'atMost' in wanted ? `at most ${wanted.atMost} ${unit}` : `at least ${wanted.atLeast} ${unit}`;
}
