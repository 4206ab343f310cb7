/** One part of a summary. Those with the lowest `keep` go first where the whole is too long; `always` stays. */
export interface Section {
  readonly name: string;
  readonly keep: number | 'always';
  readonly text: string;
  /** What stands for it before it is dropped; of a section that always stays, what is left in the end. */
  readonly short?: string;
}

/** The order in which detail is shortened and dropped, first one first. What the verdict rests on is shortened last. */
export const KEEP = {
  earlierPlans: 1,
  evictions: 2,
  timeline: 3,
  journal: 4,
  waits: 5,
  openSteps: 6,
  afterMerge: 7,
  steps: 8,
  goBack: 9,
  nodes: 10,
  accepted: 11,
  findings: 12,
} as const;

interface Kept {
  readonly section: Section;
  readonly text: string;
  readonly shortened: boolean;
}

/**
 * Joins sections. Where the text does not fit, they are shortened and then dropped one by one in the order of `keep`, and
 * the text says which; those that always stay are shortened only when nothing else is left.
 * @param limit in bytes of UTF-8, which bounds characters too
 */
export function joinWithin(sections: readonly Section[], limit: number): string {
  let kept: readonly Kept[] = sections
    .filter(({ text }) => text !== '')
    .map((section) => ({ section, text: section.text, shortened: false }));
  const dropped: string[] = [];
  for (;;) {
    const text = join(kept, dropped);
    if (bytes(text) <= limit) return text;
    const weakest = weakestOf(kept);
    if (weakest === undefined) return cut(text, limit);
    const { short } = weakest.section;
    if (short !== undefined && !weakest.shortened) {
      kept = kept.map((each) => (each === weakest ? { ...each, text: short, shortened: true } : each));
    } else {
      dropped.push(weakest.section.name);
      kept = kept.filter((each) => each !== weakest);
    }
  }
}

function weakestOf(kept: readonly Kept[]): Kept | undefined {
  const droppable = kept
    .filter(({ section }) => section.keep !== 'always')
    .toSorted((a, b) => rank(a.section) - rank(b.section));
  return droppable[0] ?? kept.find(({ section, shortened }) => section.short !== undefined && !shortened);
}

function join(kept: readonly Kept[], dropped: readonly string[]): string {
  const shortened = kept.filter((each) => each.shortened).map(({ section }) => section.name);
  const note = [
    dropped.length === 0 ? '' : `Left out: ${dropped.join(', ')}.`,
    shortened.length === 0 ? '' : `Shortened: ${shortened.join(', ')}.`,
  ].filter((part) => part !== '');
  const notes =
    note.length === 0
      ? []
      : [`_The whole would be too long here. ${note.join(' ')} The result file has everything._`];
  return `${[...kept.map(({ text }) => text), ...notes].join('\n\n')}\n`;
}

function rank({ keep }: Section): number {
  return keep === 'always' ? Number.POSITIVE_INFINITY : keep;
}

// Cut between lines, so that no character and no table row is broken.
function cut(text: string, limit: number): string {
  const note = '\n\n_Cut off here, since it would be too long. The result file has everything._\n';
  const room = Buffer.from(text).subarray(0, Math.max(0, limit - bytes(note)));
  const end = room.lastIndexOf('\n');
  return room.subarray(0, Math.max(0, end)).toString('utf8') + note;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
