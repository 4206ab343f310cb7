import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { actionsLog, annotate } from '../../../src/adapters/actions.ts';
import type { Clock } from '../../../src/ports/clock.ts';

const clock: Clock = { now: () => new Date(0), monotonic: () => 0, sleep: async () => {} };
let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(['::set-output name=x::y', '  ::error::boo', 'text ##[error]boo', 'first\n::add-mask::second'])(
  'the runner does not obey a host that prints %j',
  (message) => {
    actionsLog(clock, false).info(message);
    const lines = written.trimEnd().split('\n');
    const [, token = ''] = /^::stop-commands::(\S+)$/.exec(lines[0] ?? '') ?? [];
    expect(token).not.toBe('');
    expect(lines.slice(1, -1).join('\n')).toBe(message);
    expect(lines.at(-1)).toBe(`::${token}::`);
  },
);

test('each time with another token', () => {
  const log = actionsLog(clock, false);
  log.info('::a::');
  log.info('::a::');
  const tokens = [...written.matchAll(/stop-commands::(\S+)/g)].map((match) => match[1]);
  expect(new Set(tokens).size).toBe(2);
});

test('harmless lines stay as they are', () => {
  actionsLog(clock, false).info('std::vector and a#[b]');
  expect(written).toBe('std::vector and a#[b]\n');
});

test('a group within a group does not end the outer one', async () => {
  const log = actionsLog(clock, false);
  await log.group('outer', () => log.group('inner', async () => log.info('line')));
  expect(written).toBe('::group::outer\ninner\nline\n::endgroup::\n');
});

test('every line of a secret is masked', () => {
  actionsLog(clock, false).mask('one\n two \n\n');
  expect(written).toBe('::add-mask::one\n::add-mask::two\n');
});

test('an annotation is placed relative to the workspace, on one line', () => {
  const location = { file: '/w/clusters/prod.yaml', line: 7, column: 3 };
  annotate({ level: 'error', title: 'CODE', message: 'a\nb', location }, '/w');
  expect(written).toBe('::error title=CODE,file=clusters/prod.yaml,line=7,col=3::a%0Ab\n');
});

test('verbose shows what is otherwise for debugging of the runner', () => {
  actionsLog(clock, true).debug('GET /api');
  actionsLog(clock, false).debug('GET /apis');
  expect(written).toBe('GET /api\n::debug::GET /apis\n');
});

test('a milestone is a notice, a step under way is none', () => {
  const log = actionsLog(clock, false);
  log.info('The control plane is through', 'milestone');
  log.progress('w1/drain', 'w1: waiting', 'lasting');
  log.progress('w1/drain', undefined);
  expect(written).toBe('::notice::The control plane is through\nw1: waiting\n');
});
