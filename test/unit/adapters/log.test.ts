import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { redactor } from '../../../src/adapters/redact.ts';
import { terminalLog } from '../../../src/adapters/terminal.ts';
import { progressThrottle } from '../../../src/adapters/throttle.ts';
import type { Clock } from '../../../src/ports/clock.ts';

function clockAt(time: { now: number }): Clock {
  return { now: () => new Date(time.now), monotonic: () => time.now, sleep: async () => {} };
}

function fakeStream(tty: boolean): { readonly stream: NodeJS.WriteStream; readonly written: () => string } {
  const through = new PassThrough();
  let text = '';
  through.on('data', (chunk) => {
    text += chunk;
  });
  const stream = Object.assign(through, { isTTY: tty, columns: 40 }) as unknown as NodeJS.WriteStream;
  return { stream, written: () => text };
}

/** What a terminal shows of such a text in the end. */
function screenOf(text: string): readonly string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is read here
  for (const [part] of text.matchAll(/\r|\n|\u001b\[2K|\u001b\[1A|[^\r\n\u001b]+/g)) {
    if (part === '\n') row += 1;
    else if (part === '\u001b[1A') row -= 1;
    else if (part === '\u001b[2K') lines.splice(row, Number.POSITIVE_INFINITY, '');
    else if (part !== '\r') lines[row] = (lines[row] ?? '') + part;
    lines[row] ??= '';
  }
  return lines;
}

test('a progress line is worth a line when it is new and the last one is old', () => {
  const time = { now: 0 };
  const worth = progressThrottle(clockAt(time), 10);
  expect(worth('a', 'one')).toBe(true);
  time.now = 5_000;
  expect(worth('a', 'two')).toBe(false);
  expect(worth('b', 'two')).toBe(true);
  time.now = 11_000;
  expect(worth('a', 'one')).toBe(false);
  expect(worth('a', 'two')).toBe(true);
});

test('a secret within a secret is masked as a whole', () => {
  const redact = redactor();
  redact.add('abc');
  redact.add('abcdef\nsecond line');
  expect(redact.apply('x abcdef y abc z second line')).toBe('x *** y *** z ***');
});

test('in a pipe progress is lines without control characters, indented below their group', async () => {
  const { stream, written } = fakeStream(false);
  const log = terminalLog(stream, clockAt({ now: 0 }), false);
  await log.group('Backing up', async () => {
    log.progress('etcd', '10 %');
    log.progress('etcd', '20 %');
    log.mask('hunter22');
    log.info('password hunter22\nand more');
    log.debug('not shown');
  });
  expect(written()).toBe('Backing up\n  10 %\n  password ***\n  and more\n');
});

test('on a terminal progress replaces itself and never wraps', () => {
  const { stream, written } = fakeStream(true);
  const log = terminalLog(stream, clockAt({ now: 0 }), false);
  log.progress('etcd', 'x'.repeat(100));
  log.progress('etcd', 'done');
  log.info('next');
  expect(written()).toContain(`${'x'.repeat(38)}…\r\u001b[2Kdone\r\u001b[2Knext\n`);
});

test('what is under way keeps a line of its own, with how long it has been, below what is printed', () => {
  const time = { now: 0 };
  const { stream, written } = fakeStream(true);
  const log = terminalLog(stream, clockAt(time), false);
  log.progress('w1/drain', 'w1: Drain w1', 'lasting');
  time.now = 64_000;
  log.progress('w2/stage', 'w2: Fetch', 'lasting');
  expect(screenOf(written())).toEqual([' 1m 04s  w1: Drain w1', '     0s  w2: Fetch']);
  log.info('[1/2] cp1: done in 12s');
  expect(screenOf(written())).toEqual([
    '[1/2] cp1: done in 12s',
    ' 1m 04s  w1: Drain w1',
    '     0s  w2: Fetch',
  ]);
  log.progress('w1/drain', undefined);
  log.progress('w2/stage', undefined);
  expect(screenOf(written())).toEqual(['[1/2] cp1: done in 12s', '']);
});

test('a terminal without a size shows more than nothing', () => {
  const { stream, written } = fakeStream(true);
  Object.assign(stream, { columns: 0, rows: 0 });
  terminalLog(stream, clockAt({ now: 0 }), false).progress('a', 'x'.repeat(100));
  expect(screenOf(written())).toEqual([`${'x'.repeat(78)}…`]);
});

test('more lines than the terminal has are counted', () => {
  const { stream, written } = fakeStream(true);
  Object.assign(stream, { rows: 6 });
  const log = terminalLog(stream, clockAt({ now: 0 }), false);
  for (let index = 0; index < 20; index++) log.progress(`${index}`, `w${index}`, 'lasting');
  expect(screenOf(written())).toHaveLength(4);
  expect(screenOf(written()).at(-1)).toBe('and 17 more');
});

test('a message cannot drive the terminal', () => {
  const { stream, written } = fakeStream(true);
  terminalLog(stream, clockAt({ now: 0 }), true).info('a\u001b[2Jb');
  expect(written()).toBe('a\ufffd[2Jb\n');
});
