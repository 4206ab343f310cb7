import { formatSeconds } from '../units.ts';
import { type Html, html } from './html.ts';

/** What a bar stands for; also the class that colours it. */
export type BarKind = 'stage' | 'backup' | 'drain' | 'upgrade' | 'wait' | 'away' | 'failed';

export interface Bar {
  readonly kind: BarKind;
  /** Seconds from the beginning. */
  readonly from: number;
  readonly seconds: number;
  /** What a pointer over it shows. */
  readonly about: string;
}

/** One line of a chart: a node, or the whole cluster. */
export interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 1032;
const LEFT = 150;
const TOP = 22;
const MOST_TICKS = 9;
/** Names of more rows than this cannot be read: they get thin lines and no name. */
const MOST_NAMED = 150;
const MOST_CHARACTERS = 22;

const LEGEND: Readonly<Record<BarKind, string>> = {
  backup: 'backup',
  stage: 'packages and images',
  drain: 'drain',
  upgrade: 'upgrade',
  wait: 'wait until healthy',
  away: 'takes no pods',
  failed: 'stopped here',
};

/** Who was worked on when, as an inline SVG: a row a node, time from left to right from the beginning. */
export function chart(rows: readonly Row[], label: string): Html {
  const end = Math.max(1, ...rows.map(({ bars }) => endOf(bars)));
  if (rows.every(({ bars }) => bars.length === 0)) return html``;
  const height = rows.length > MOST_NAMED ? 5 : 24;
  const scale = (seconds: number): number => round(LEFT + (seconds / end) * (WIDTH - LEFT - 4));
  const total = TOP + rows.length * height + 6;
  return html`<div class="legend">${legendOf(rows)}</div>
<svg viewBox="0 0 ${WIDTH} ${total}" role="img" aria-label="${label}">
${ticksOf(end).map((at) => tick(at, scale(at), total))}
${rows.map((row, index) => rowOf(row, TOP + index * height, height, scale))}
</svg>`;
}

function rowOf({ name, bars }: Row, top: number, height: number, scale: (seconds: number) => number): Html {
  const short = name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name;
  const text =
    height < 12 ? undefined : html`<text x="0" y="${top + 16}">${short}<title>${name}</title></text>`;
  // What a node is away for lies below the rest.
  const ordered = bars.toSorted((a, b) => Number(b.kind === 'away') - Number(a.kind === 'away'));
  return html`<g>${text}${ordered.map((bar) => barOf(bar, top, height, scale))}</g>\n`;
}

function barOf(
  { kind, from, seconds, about }: Bar,
  top: number,
  height: number,
  scale: (seconds: number) => number,
): Html {
  const width = round(Math.max(1.5, scale(from + seconds) - scale(from)));
  const inset = height < 12 ? 0.5 : kind === 'away' ? 1 : 5;
  return html`<rect class="${kind}" x="${scale(from)}" y="${top + inset}" width="${width}" height="${height - 2 * inset}" rx="${height < 12 ? 0 : 2}"><title>${about}: ${formatSeconds(seconds)}</title></rect>`;
}

function tick(at: number, x: number, height: number): Html {
  return html`<line class="grid" x1="${x}" y1="${TOP - 6}" x2="${x}" y2="${height}"/><text class="tick" x="${x + 3}" y="12">${formatSeconds(at).replace(/ 00[sm]$/, '')}</text>\n`;
}

/** Round times, no more of them than can be read. */
function ticksOf(end: number): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
  const step = steps.find((each) => end / each <= MOST_TICKS) ?? Math.ceil(end / MOST_TICKS);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function legendOf(rows: readonly Row[]): readonly Html[] {
  const used = new Set(rows.flatMap(({ bars }) => bars.map(({ kind }) => kind)));
  return (Object.keys(LEGEND) as BarKind[])
    .filter((kind) => used.has(kind))
    .map(
      (kind) =>
        html`<span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${kind}" width="12" height="12" rx="2"/></svg>${LEGEND[kind]}</span>`,
    );
}

function endOf(bars: readonly Bar[]): number {
  return bars.reduce((end, { from, seconds }) => Math.max(end, from + seconds), 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
