import { styleText } from 'node:util';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { cleanText } from '../report/clean.ts';
import type { Paint } from '../report/terminal/paint.ts';
import { liveLines } from './live-lines.ts';
import { redactor } from './redact.ts';
import { progressThrottle } from './throttle.ts';

/** Colours where the stream is a terminal that has them; NO_COLOR and FORCE_COLOR are honoured by Node.js. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

/** A log on standard error: a terminal's progress lines are replaced, elsewhere progress is a line now and then. */
export function terminalLog(stream: NodeJS.WriteStream, clock: Clock, verbose: boolean): Log {
  const paint = paintFor(stream);
  const redact = redactor();
  const worthALine = progressThrottle(clock, 10);
  let depth = 0;
  const live = liveLines(stream, clock);
  const line = (text: string, decorate: (clean: string) => string = (clean) => clean): void => {
    live.hide();
    const indent = '  '.repeat(depth);
    const clean = redact.apply(cleanText(text)).replaceAll('\n', `\n${indent}`);
    stream.write(`${indent}${decorate(clean)}\n`);
    live.draw();
  };

  return {
    debug: (message) => {
      if (verbose) line(message, (clean) => paint('dim', clean));
    },
    info: (message, weight) =>
      line(message, (clean) => (weight === 'milestone' ? paint('green', clean) : clean)),
    warn: (message) => line(`warning: ${message}`, (clean) => paint('yellow', clean)),
    mask: redact.add,
    async group(title, work) {
      line(title, (clean) => paint('bold', clean));
      depth += 1;
      try {
        return await work();
      } finally {
        depth -= 1;
      }
    },
    progress(key, message, lasting) {
      if (message === undefined) {
        live.end(key);
      } else if (!stream.isTTY) {
        if (worthALine(key, message)) line(message);
      } else {
        const clean = redact.apply(cleanText(message)).replaceAll('\n', ' ');
        live.show(key, `${'  '.repeat(depth)}${clean}`, lasting === 'lasting');
      }
    },
  };
}
