import { styleText } from 'node:util';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { cleanText } from '../report/clean.ts';
import type { Paint } from '../report/terminal/paint.ts';
import { redactor } from './redact.ts';
import { progressThrottle } from './throttle.ts';

/** Colours where the stream is a terminal that has them; NO_COLOR and FORCE_COLOR are honoured by Node.js. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

/** A log on standard error: a terminal's progress line is replaced, elsewhere progress is a line now and then. */
export function terminalLog(stream: NodeJS.WriteStream, clock: Clock, verbose: boolean): Log {
  const paint = paintFor(stream);
  const redact = redactor();
  const worthALine = progressThrottle(clock, 10);
  let depth = 0;
  let shown: string | undefined;

  const clear = (): void => {
    if (shown !== undefined) stream.write('\r\u001b[2K');
    shown = undefined;
  };
  const line = (text: string, decorate: (clean: string) => string = (clean) => clean): void => {
    clear();
    const indent = '  '.repeat(depth);
    const clean = redact.apply(cleanText(text)).replaceAll('\n', `\n${indent}`);
    stream.write(`${indent}${decorate(clean)}\n`);
  };

  return {
    debug: (message) => {
      if (verbose) line(message, (clean) => paint('dim', clean));
    },
    info: (message) => line(message),
    warn: (message) => line(`warning: ${message}`, (clean) => paint('yellow', clean)),
    mask: redact.add,
    async group(title, work) {
      line(title, (clean) => paint('bold', clean));
      depth += 1;
      try {
        return await work();
      } finally {
        clear();
        depth -= 1;
      }
    },
    progress(key, message) {
      if (!stream.isTTY) {
        if (worthALine(key, message)) line(message);
        return;
      }
      clear();
      const clean = redact.apply(cleanText(message)).replaceAll('\n', ' ');
      shown = `${'  '.repeat(depth)}${clean}`.slice(0, Math.max(1, stream.columns - 1));
      stream.write(shown);
    },
  };
}
