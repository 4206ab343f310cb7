/** One part of a summary. Those with the lowest `keep` go first where the whole is too long; `always` stays. */
export interface Section {
  readonly name: string;
  readonly keep: number | 'always';
  readonly text: string;
}

/** The order in which detail is dropped, first one first. */
export const KEEP = {
  evictions: 1,
  timeline: 2,
  journal: 3,
  waits: 4,
  openSteps: 5,
  steps: 6,
  goBack: 7,
  nodes: 8,
  findings: 9,
} as const;

/**
 * Joins sections and drops whole ones until the text fits, and says which.
 * @param limit in bytes of UTF-8, which bounds characters too
 */
export function joinWithin(sections: readonly Section[], limit: number): string {
  let kept = sections.filter((section) => section.text !== '');
  const dropped: string[] = [];
  while (bytes(join(kept, dropped)) > limit) {
    const weakest = kept
      .filter((section) => section.keep !== 'always')
      .reduce<Section | undefined>(
        (least, section) => (rank(section) < rank(least) ? section : least),
        undefined,
      );
    if (weakest === undefined) return cut(join(kept, dropped), limit);
    dropped.push(weakest.name);
    kept = kept.filter((section) => section !== weakest);
  }
  return join(kept, dropped);
}

function join(kept: readonly Section[], dropped: readonly string[]): string {
  const note =
    dropped.length === 0
      ? []
      : [
          `_Left out, since it would be too long here: ${dropped.join(', ')}. The result file has everything._`,
        ];
  return `${[...kept.map((section) => section.text), ...note].join('\n\n')}\n`;
}

function rank(section: Section | undefined): number {
  return section === undefined || section.keep === 'always' ? Number.POSITIVE_INFINITY : section.keep;
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
