import type * as z from 'zod';
import { type ClusterFile, clusterFile } from './file-schema.ts';
import { configError, type Problem } from './problem.ts';
import { locateKey, locateValue, type Path, type Source, writtenAt } from './source.ts';
import { didYouMean } from './suggest.ts';

/** @throws KubestairError CONFIG_UNKNOWN_KEY, CONFIG_INVALID, VERSION_INVALID: the first problem, with all others in its message */
export function validate(source: Source): ClusterFile {
  const [document, second] = source.documents;
  if (second !== undefined) {
    throw configError(source.text, [
      invalid('There is more than one document; write one cluster a file', source, [], 1),
    ]);
  }
  const result = clusterFile.safeParse(withVersionsAsText(document?.toJS() ?? null, source), {
    reportInput: true,
  });
  if (result.success) return result.data;
  const { issues } = result.error;
  throw configError(
    source.text,
    issues.filter((issue) => !isMistyped(issue, issues)).flatMap((issue) => problemsOf(issue, source)),
  );
}

/** YAML reads `1.36` as a number, and takes `1.30` for 1.3: versions are what is written. */
function withVersionsAsText(file: unknown, source: Source): unknown {
  const spec = recordOf(recordOf(file)?.spec);
  if (spec === undefined) return file;
  const { version, via } = spec;
  const written = (value: unknown, path: Path) =>
    typeof value === 'number' ? (writtenAt(source, path) ?? value) : value;
  return {
    ...recordOf(file),
    spec: {
      ...spec,
      ...(version !== undefined && { version: written(version, ['spec', 'version']) }),
      ...(Array.isArray(via) && {
        via: via.map((each: unknown, index) => written(each, ['spec', 'via', index])),
      }),
    },
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Whether a key is missing only because it was mistyped: then the unknown key beside it is the one thing to tell. */
function isMistyped(missing: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  const key = missing.path.at(-1);
  if (missing.input !== undefined || key === undefined) return false;
  const parent = missing.path.slice(0, -1);
  return issues.some(
    (issue) =>
      issue.code === 'unrecognized_keys' &&
      nameOf(issue.path) === nameOf(parent) &&
      issue.keys.some((unknown) => didYouMean(unknown, keysAt(parent)) === key),
  );
}

function invalid(message: string, source: Source, path: Path, document = 0): Problem {
  return { code: 'CONFIG_INVALID', message, location: locateValue(source, path, document) };
}

function problemsOf(issue: z.core.$ZodIssue, source: Source): readonly Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, source));
  const code = isVersion(path) ? 'VERSION_INVALID' : 'CONFIG_INVALID';
  return [{ code, message: messageOf(issue), location: locateValue(source, path) }];
}

function unknownKey(key: string, parent: Path, source: Source): Problem {
  const known = keysAt(parent);
  const guess = didYouMean(key, known);
  const elsewhere = guess === undefined ? pathsOf(key).join(' or ') : '';
  const hint =
    guess !== undefined
      ? `; did you mean "${guess}"?`
      : elsewhere !== ''
        ? `; did you mean ${elsewhere}?`
        : `; known there: ${known.join(', ')}`;
  const message = `Unknown key "${key}" in ${nameOf(parent)}${hint}`;
  return { code: 'CONFIG_UNKNOWN_KEY', message, location: locateKey(source, parent, key) };
}

function messageOf(issue: z.core.$ZodIssue): string {
  const name = nameOf(issue.path);
  if (issue.path.length === 0 && issue.input === null) return 'The file is empty';
  if (issue.input === undefined) return `${name} is missing`;
  switch (issue.code) {
    case 'invalid_type':
      return isVersion(issue.path)
        ? `${name} must be a text such as v1.36.3, not ${kindOf(issue.input)}`
        : `${name} must be ${article(issue.expected)}, not ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `${name} must be ${issue.values.map(String).join(' or ')}`;
    default:
      return `${name} ${issue.message}`;
  }
}

function isVersion(path: Path): boolean {
  return (
    path[0] === 'spec' &&
    (path[1] === 'version' || path[1] === 'via') &&
    path.length > (path[1] === 'via' ? 2 : 1)
  );
}

function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return article(typeof value);
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a map',
    record: 'a map',
    array: 'a list',
  };
  return names[type] ?? type;
}

/** Keys that the schema knows below a path. */
function keysAt(path: Path): readonly string[] {
  return Object.keys(shapeAt(path) ?? {});
}

function shapeAt(path: Path): Readonly<Record<string, unknown>> | undefined {
  let shape = shapeOf(clusterFile);
  for (const segment of path) shape = shapeOf(shape?.[String(segment)]);
  return shape;
}

/** Where a key would be known, for example `spec.controlPlane.soak` for a `soak` at the wrong place. */
function pathsOf(key: string, shape = shapeOf(clusterFile), prefix = ''): readonly string[] {
  return Object.entries(shape ?? {}).flatMap(([name, child]) => {
    const path = prefix + name;
    return [...(name === key ? [path] : []), ...pathsOf(key, shapeOf(child) ?? {}, `${path}.`)];
  });
}

/** The keys of an object schema below its defaults; zod has no public walk. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const { def } = (schema ?? {}) as {
    readonly def?: { readonly shape?: Record<string, unknown>; readonly innerType?: unknown };
  };
  return def?.shape ?? (def?.innerType === undefined ? undefined : shapeOf(def.innerType));
}
