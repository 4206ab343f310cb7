import type { Clock } from '../ports/clock.ts';
import { formatSeconds } from '../report/units.ts';

/** A terminal as far as lines at its end go. */
type Screen = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>;

/** Lines at the end of a terminal that stand for what is under way, each with how long it has been. */
export interface LiveLines {
  /** Begins or replaces the line of a key. A lasting one stays until it is ended, others until anything else is printed. */
  show(key: string, text: string, lasting: boolean): void;
  end(key: string): void;
  /** Takes the lines off the screen while something else is printed; those that do not last are gone for good. */
  hide(): void;
  /** Puts back what lasts. */
  draw(): void;
}

interface Line {
  readonly text: string;
  readonly lasting: boolean;
  readonly since: number;
}

/** A terminal without a size, as a pseudo-terminal of a job runner may be, is taken for one of the usual size. */
const USUAL = { columns: 80, rows: 24 } as const;
const REDRAW_MILLISECONDS = 1000;

export function liveLines(screen: Screen, clock: Clock): LiveLines {
  const lines = new Map<string, Line>();
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): void => {
    if (drawn > 0) screen.write(`\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(drawn - 1)}`);
    drawn = 0;
  };
  const paintAll = (): void => {
    const width = Math.max(1, (screen.columns || USUAL.columns) - 1);
    const most = Math.max(1, (screen.rows || USUAL.rows) - 2);
    const texts = [...lines.values()].map((line) => shortened(textOf(line, clock), width));
    const shown =
      texts.length > most ? [...texts.slice(0, most - 1), `and ${texts.length - most + 1} more`] : texts;
    if (shown.length > 0) screen.write(shown.join('\n'));
    drawn = shown.length;
  };
  const redraw = (): void => {
    erase();
    paintAll();
    const ticking = [...lines.values()].some(({ lasting }) => lasting);
    if (ticking) timer ??= setInterval(redraw, REDRAW_MILLISECONDS).unref();
    else stop();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    show(key, text, lasting) {
      for (const [other, line] of lines) if (!line.lasting && other !== key) lines.delete(other);
      const since = lines.get(key)?.since ?? clock.monotonic();
      lines.set(key, { text, lasting, since });
      redraw();
    },
    end(key) {
      if (lines.delete(key)) redraw();
    },
    hide() {
      erase();
      for (const [key, { lasting }] of lines) if (!lasting) lines.delete(key);
    },
    draw: redraw,
  };
}

function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

function textOf({ text, lasting, since }: Line, clock: Clock): string {
  return lasting ? `${formatSeconds((clock.monotonic() - since) / 1000).padStart(7)}  ${text}` : text;
}
