import type { Setting } from '../../../cluster/evidence.ts';
import type { Program } from '../../../tables/names.ts';

/** A flag with its value, and where it is written. */
export interface Argument {
  /** Without dashes. */
  readonly name: string;
  /** Empty for a flag that stands alone. */
  readonly value: string;
  readonly place: string;
  readonly line?: number;
}

/** A word of a command line, and where it is written. */
export interface Word {
  readonly text: string;
  readonly place: string;
  readonly line?: number;
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** Flags out of the words of a command line: `--name=value`, `--name value` and `--name`. */
export function argumentsIn(words: readonly Word[]): readonly Argument[] {
  return words.flatMap(({ text, place, line }, index) => {
    const flag = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(text);
    if (flag === null) return [];
    const [, name = '', value] = flag;
    const next = words[index + 1]?.text ?? '-';
    const own = value ?? (next.startsWith('-') ? '' : next);
    return [{ name, value: own, place, ...(line !== undefined && { line }) }];
  });
}

/** What of a program's arguments may stop a newer one from starting. Values of all other flags end here. */
export function settingsOf(program: Program, args: readonly Argument[]): readonly Setting[] {
  return args.flatMap(({ name: written, value, ...at }): readonly Setting[] => {
    // pflag takes both, by k8s.io/component-base/cli/flag, WordSepNormalizeFunc; Go's own package does not.
    const name = program === 'etcd' ? written : written.replaceAll('_', '-');
    const flag: Setting = { kind: 'flag', program, name, ...at };
    return [flag, ...valuesOf(program, name, value).map((setting) => ({ ...setting, ...at }) as Setting)];
  });
}

type Unplaced = Setting extends infer Each
  ? Each extends Setting
    ? Omit<Each, 'place' | 'line'>
    : never
  : never;

function valuesOf(program: Program, flag: string, value: string): readonly Unplaced[] {
  const items = value.split(',').filter((item) => item.trim() !== '');
  if (flag === 'feature-gates' && program !== 'etcd') return items.map((item) => gateOf(program, item));
  if (program !== 'kube-apiserver') return [];
  switch (flag) {
    case 'enable-admission-plugins':
    case 'disable-admission-plugins':
    case 'admission-control':
      return items.map((name) => ({ kind: 'admission-plugin', name: name.trim() }));
    case 'runtime-config':
      return items.flatMap((item) => runtimeVersionOf(item));
    default:
      return [];
  }
}

/** `Name=true`, or `kube:Name=true` as kube-apiserver takes it too. */
function gateOf(program: Program, item: string): Unplaced {
  const [name = '', on = ''] = item.split('=');
  return { kind: 'gate', program, name: name.trim().replace(/^\w+:/, ''), on: TRUE.includes(on.trim()) };
}

/** `group/version=true` or `group/version/resource=true`; `api/beta` and the like name no version. */
function runtimeVersionOf(item: string): readonly Unplaced[] {
  const [key = ''] = item.split('=');
  const [group = '', version] = key.trim().split('/');
  if (version === undefined || group === 'api') return [];
  return [{ kind: 'runtime-version', name: `${group}/${version}` }];
}
