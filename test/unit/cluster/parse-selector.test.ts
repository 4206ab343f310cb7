import { expect, test } from 'vitest';
import { parseSelector } from '../../../src/cluster/parse-selector.ts';
import { selects } from '../../../src/cluster/selector.ts';

test.each([
  ['app=web', { app: 'web' }, true],
  ['app==web', { app: 'api' }, false],
  ['app=web,tier!=test', { app: 'web' }, true],
  ['app=web,tier!=test', { app: 'web', tier: 'test' }, false],
  ['env in (a, b),app', { env: 'b', app: 'x' }, true],
  ['env in (a,b)', { env: 'c' }, false],
  ['env notin (a,b)', {}, true],
  ['!old', { old: '' }, false],
  ['! old', {}, true],
  ['example.com/part-of=shop', { 'example.com/part-of': 'shop' }, true],
  ['empty=', { empty: '' }, true],
])('%s on %j is %s', (text, labels, expected) => {
  expect(selects(parseSelector(text), labels as Record<string, string>)).toBe(expected);
});

test.each(['', 'app=web,', '=web', 'a in b', 'a in (b', 'x>1'])('refuses "%s"', (text) => {
  expect(() => parseSelector(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});
