import type { Word } from './arguments.ts';
import { splitWords } from './words.ts';

interface Variable {
  readonly value: string;
  readonly place: string;
  readonly line: number;
}

/**
 * The command line that systemd would start the kubelet with now: its unit with all drop-ins, and the variables of the files that
 * they name. A kubelet that runs since before a change has not met it yet; the one after the upgrade will.
 * @param unit what `systemd-analyze cat-config` prints: each file after a comment with its path
 * @param files environment files by path
 */
export function kubeletWords(unit: string, files: ReadonlyMap<string, string>): readonly Word[] {
  const variables = new Map<string, Variable>();
  const environmentFiles: string[] = [];
  let command: Word[] = [];
  for (const { key, value, place, line } of unitEntries(unit)) {
    if (key === 'ExecStart') {
      // An empty one takes back those before.
      command = splitWords(value.replace(/^[@:+!|-]+/, '')).map((text) => ({ text, place, line }));
    }
    if (key === 'EnvironmentFile') environmentFiles.push(value.replace(/^-/, ''));
    if (key !== 'Environment') continue;
    for (const text of splitWords(value)) assign(variables, text, place, line);
  }
  for (const path of environmentFiles) {
    for (const [index, text] of (files.get(path) ?? '').split('\n').entries()) {
      if (/^\s*(?:[#;]|$)/.test(text)) continue;
      const [name = '', ...rest] = text.trim().split('=');
      assign(variables, `${name}=${splitWords(rest.join('=')).join(' ')}`, path, index + 1);
    }
  }
  return command.flatMap((word) => expand(word, variables));
}

function assign(variables: Map<string, Variable>, text: string, place: string, line: number): void {
  const [name = '', ...value] = text.split('=');
  variables.set(name.trim(), { value: value.join('='), place, line });
}

/** A word of `$NAME` becomes the words of its value; `${NAME}` anywhere is put in as it is (systemd.service(5)). */
function expand(word: Word, variables: ReadonlyMap<string, Variable>): readonly Word[] {
  const alone = /^\$(\w+)$/.exec(word.text)?.[1];
  if (alone !== undefined) {
    const variable = variables.get(alone);
    if (variable === undefined) return [];
    const { value, place, line } = variable;
    return splitWords(value).map((text) => ({ text, place, line }));
  }
  const text = word.text.replace(/\$\{(\w+)\}/g, (_all, name: string) => variables.get(name)?.value ?? '');
  return [{ ...word, text }];
}

interface UnitEntry {
  readonly key: string;
  readonly value: string;
  readonly place: string;
  readonly line: number;
}

function* unitEntries(unit: string): Generator<UnitEntry> {
  let place = 'kubelet.service';
  let line = 0;
  let open: UnitEntry | undefined;
  for (const text of unit.split('\n')) {
    line += 1;
    const path = /^# (\/\S+)$/.exec(text)?.[1];
    if (path !== undefined) {
      place = path;
      line = 0;
      continue;
    }
    // Comments may stand between a line and its continuation (systemd.syntax(7)).
    if (/^\s*[#;]/.test(text) || (open === undefined && /^\s*(?:\[|$)/.test(text))) continue;
    const [key = '', ...rest] = text.split('=');
    const entry: UnitEntry =
      open === undefined
        ? { key: key.trim(), value: rest.join('=').trim(), place, line }
        : { ...open, value: `${open.value} ${text.trim()}` };
    const continued = /\\$/.test(entry.value);
    open = continued ? { ...entry, value: entry.value.replace(/\\$/, '') } : undefined;
    if (!continued) yield entry;
  }
  if (open !== undefined) yield open;
}
