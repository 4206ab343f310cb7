import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { OUTPUTS } from '../../../src/request/contract/outputs.ts';
import type { Setting } from '../../../src/request/contract/setting.ts';
import { SETTINGS } from '../../../src/request/contract/settings.ts';

const action = parse(readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8'));
const settings: readonly Setting[] = Object.values(SETTINGS);
const inputs = settings.filter((setting) => setting.input !== undefined);

test('action.yml has exactly the inputs of the registry', () => {
  expect(Object.keys(action.inputs)).toEqual(inputs.map((setting) => setting.input));
});

test('action.yml has exactly the outputs of the registry', () => {
  expect(Object.keys(action.outputs)).toEqual(Object.keys(OUTPUTS));
});

test.each(inputs)('input $input says the same as the registry', (setting) => {
  const input = action.inputs[setting.input ?? ''];
  expect(input.description).toBe(setting.about);
  expect(input.required).toBe(setting.required ?? false);
  expect(input.default).toBe(setting.default);
});

test('no secret has a default but the token of the job', () => {
  const preset = inputs.filter((setting) => setting.type === 'secret' && setting.default !== undefined);
  // The runner makes a token for each job and masks it.
  expect(preset.map(({ input, default: value }) => [input, value])).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression that the runner evaluates
    ['github-token', '${{ github.token }}'],
  ]);
});

test('action.yml starts the programs that the build makes', () => {
  expect(action.runs).toMatchObject({ using: 'node24', main: 'dist/main.js', post: 'dist/post.js' });
});
