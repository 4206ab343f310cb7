import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import type { Location } from '../errors.ts';
import { configError, type Problem } from './problem.ts';

export type Path = readonly PropertyKey[];

/** A YAML file with its positions. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
}

/** @throws KubestairError CONFIG_SYNTAX with every error of the parser */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  const source = { file, text, documents, lines };
  const problems = documents
    .flatMap(({ errors }) => errors)
    .map(
      (error): Problem => ({
        code: 'CONFIG_SYNTAX',
        message: error.message,
        location: locationAt(source, error.pos[0]),
      }),
    );
  if (problems.length > 0) throw configError(text, problems);
  return source;
}

/** Where the value at a path is; for a path that is not there, where its nearest parent is named. */
export function locateValue(source: Source, path: Path, document = 0): Location {
  const { offset } = walk(source.documents[document], path);
  return locationAt(source, offset);
}

/** Where a key is written. */
export function locateKey(source: Source, parent: Path, key: string, document = 0): Location {
  const map = walk(source.documents[document], parent).node;
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return offset === undefined ? locateValue(source, parent, document) : locationAt(source, offset);
}

/** A scalar as it is written: to YAML `1.30` is the number 1.3, to a person a version. Undefined for what is no scalar. */
export function writtenAt({ documents }: Source, path: Path, document = 0): string | undefined {
  const node: unknown = documents[document]?.getIn(path, true);
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'number' && node.source !== undefined ? node.source : String(node.value);
}

function locationAt({ file, lines }: Source, offset: number): Location {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

interface Place {
  readonly node: Node | undefined;
  readonly offset: number;
}

function walk(document: Document | undefined, path: Path): Place {
  let node: unknown = document?.contents;
  let offset = (isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined) ?? 0;
  for (const segment of path) {
    if (isAlias(node) && document !== undefined) node = node.resolve(document);
    const child = childOf(node, segment);
    if (child === undefined) return { node: undefined, offset };
    node = child.value;
    offset = child.offset;
  }
  if (isAlias(node) && document !== undefined) node = node.resolve(document);
  const own = isScalar(node) ? node.range?.[0] : undefined;
  return { node: isMap(node) || isSeq(node) || isScalar(node) ? node : undefined, offset: own ?? offset };
}

/** The child of a map or list, and the offset to name it by: its key, or its own beginning in a list. */
function childOf(
  node: unknown,
  segment: PropertyKey,
): { readonly value: unknown; readonly offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
    if (!isScalar(pair?.key)) return undefined;
    return { value: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    if (!isScalar(item) && !isMap(item) && !isSeq(item)) return undefined;
    return { value: item, offset: item.range?.[0] ?? 0 };
  }
  return undefined;
}
