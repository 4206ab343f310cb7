import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { ManifestUses, NamedObject } from '../cluster/evidence.ts';
import { DEPRECATED_APIS, deprecatedKind } from '../tables/apis.ts';

/** An object in a text, with where its apiVersion is written; lines and columns count from 1. */
export interface PlacedObject extends NamedObject {
  readonly line: number;
  readonly column: number;
}

export interface DocumentUses {
  readonly objects: readonly PlacedObject[];
  /** Documents that are no YAML and name such an API: templates, most of the time. */
  readonly unread: readonly { readonly api: string; readonly line: number; readonly column: number }[];
}

const APIS = [...new Set(DEPRECATED_APIS.map(({ api }) => api))];

/** As an apiVersion is written in YAML and in JSON. */
const MENTION = new RegExp(
  `apiVersion["']?\\s*:\\s*["']?(${APIS.map((api) => api.replaceAll('.', '\\.')).join('|')})(?![\\w./-])`,
);

/**
 * Objects of a text of YAML documents whose API version has a release to go with. Parsing is slow, so that a document that names none
 * of these versions is not parsed at all.
 */
export function usesInDocuments(text: string): DocumentUses {
  const objects: PlacedObject[] = [];
  const unread: DocumentUses['unread'][number][] = [];
  const lines = new LineCounter();
  lines.lineStarts.push(...lineStarts(text));
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  for (const { start, part } of partsOf(text)) {
    const mention = MENTION.exec(part);
    if (mention?.[1] === undefined) continue;
    const parsed = parseAllDocuments(part, { prettyErrors: false, uniqueKeys: false });
    const documents = Array.isArray(parsed) ? parsed : [];
    if (documents.some(({ errors }) => errors.length > 0)) {
      unread.push({ api: mention[1], ...at(start + mention.index) });
      continue;
    }
    for (const { object, offset } of documents.flatMap(({ contents }) => objectsIn(contents)))
      objects.push({ ...object, ...at(start + offset) });
  }
  return { objects, unread };
}

/** A text between lines of `---`, apart, so that one that cannot be parsed hides none of the others. */
function partsOf(text: string): readonly { readonly start: number; readonly part: string }[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)];
  return starts.map((start, index) => ({ start, part: text.slice(start, starts[index + 1]) }));
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

interface Found {
  readonly object: NamedObject;
  /** Where its apiVersion begins. */
  readonly offset: number;
}

/** The object itself, or the items of a List. */
function objectsIn(contents: unknown): readonly Found[] {
  if (!isMap(contents)) return [];
  const items: unknown = contents.get('items');
  if (isSeq(items) && String(contents.get('kind')).endsWith('List')) return items.items.flatMap(objectsIn);
  const version: unknown = contents.get('apiVersion', true);
  const kind: unknown = contents.get('kind');
  if (!isScalar(version) || typeof version.value !== 'string' || typeof kind !== 'string') return [];
  if (deprecatedKind(version.value, kind) === undefined) return [];
  const name: unknown = contents.getIn(['metadata', 'name']);
  return [
    {
      object: { api: version.value, kind, name: typeof name === 'string' ? name : '' },
      offset: (version as Node).range?.[0] ?? 0,
    },
  ];
}

/** One file of the repository. */
export function usesInFile(file: string, text: string): Pick<ManifestUses, 'objects' | 'templates'> {
  const { objects, unread } = usesInDocuments(text);
  return {
    objects: objects.map(({ line, column, ...object }) => ({ ...object, location: { file, line, column } })),
    templates: unread.map(({ api, line, column }) => ({ api, location: { file, line, column } })),
  };
}
