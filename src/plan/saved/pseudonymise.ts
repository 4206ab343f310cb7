import type { ClusterConfig } from '../../config/schema.ts';
import type { SavedObservation } from './document.ts';
import { collectNames, isRecord, isWord, type Json, replaceNames } from './names.ts';
import { fromPlain, toPlain } from './plain.ts';
import type { PlanBasis } from './record.ts';
import { scrub } from './scrub.ts';

/**
 * An observation that can be shown to strangers: names of the cluster, its nodes, namespaces, pods and other objects, labels, hosts,
 * addresses and paths are replaced, the same by the same everywhere and in the same order, so that the plan finds the same kinds
 * of things. How the cluster is reached and where its backups are is left out, and so is what looks like a credential.
 */
export function pseudonymise(saved: SavedObservation): SavedObservation {
  const basis = {
    ...saved.basis,
    given: { ...saved.basis.given, config: withoutAccess(saved.basis.given.config) },
  };
  const plain = toPlain({ basis, file: saved.file });
  const names = pseudonymsOf(collectNames(plain));
  const labels = numbering('label');
  const values = numbering('value');
  // Numbered in their order, so that what is sorted by them stays sorted.
  visitLabels(plain, (key, value) => {
    labels.see(key);
    if (value !== undefined) values.see(value);
  });
  const shown = replaced(plain, '', {}, { names, labels, values });
  const { basis: hidden, file } = fromPlain(shown) as { basis: PlanBasis; file: string };
  return { ...saved, file, pseudonymised: true, basis: hidden };
}

function withoutAccess(config: ClusterConfig): ClusterConfig {
  return {
    ...config,
    access: { ssh: { addresses: {} } },
    // Commands, URLs and queries are nobody's business.
    gates: { ...config.gates, checks: [] },
    hooks: [],
    backup: {
      ...config.backup,
      store: 'file:///backups',
      encryptTo: config.backup.encryptTo.map(() => 'age1'),
    },
  };
}

function pseudonymsOf(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const pseudonyms = new Map<string, string>();
  for (const [what, entries] of Map.groupBy(names, ([, kind]) => kind)) {
    const sorted = entries.map(([name]) => name).toSorted();
    for (const [index, name] of sorted.entries()) pseudonyms.set(name, numbered(what, index, sorted.length));
  }
  return pseudonyms;
}

/** Numbers texts in their order, once all are seen. */
interface Numbering {
  readonly see: (text: string) => void;
  readonly of: (text: string) => string;
}

function numbering(what: string): Numbering {
  const seen = new Set<string>();
  let numbers: ReadonlyMap<string, string> | undefined;
  return {
    see: (text) => void seen.add(text),
    of(text) {
      numbers ??= new Map(
        [...seen].toSorted().map((each, index, all) => [each, numbered(what, index, all.length)]),
      );
      return numbers.get(text) ?? text;
    },
  };
}

function numbered(what: string, index: number, of: number): string {
  return `${what}-${String(index + 1).padStart(String(of).length, '0')}`;
}

interface Pseudonyms {
  readonly names: ReadonlyMap<string, string>;
  readonly labels: Numbering;
  readonly values: Numbering;
}

const LABEL_MAPS: ReadonlySet<string> = new Set(['labels', 'matchLabels', 'nodeSelector']);

/** Calls for every label key that is not Kubernetes' own, and every value that says something. */
function visitLabels(value: unknown, see: (key: string, value?: string) => void, key = ''): void {
  if (Array.isArray(value)) {
    for (const inner of value) visitLabels(inner, see, key);
    return;
  }
  if (!isRecord(value)) return;
  if (LABEL_MAPS.has(key)) {
    for (const [label, text] of Object.entries(value)) seeLabel(label, [text], see);
    return;
  }
  const label = labelOf(value);
  if (label !== undefined)
    seeLabel(label, [value.value, ...(Array.isArray(value.values) ? value.values : [])], see);
  for (const [name, inner] of Object.entries(value)) visitLabels(inner, see, name);
}

function seeLabel(
  label: string,
  texts: readonly unknown[],
  see: (key: string, value?: string) => void,
): void {
  if (!isPublicLabel(label)) see(label);
  for (const text of texts) if (typeof text === 'string' && !isPublicValue(label, text)) see(label, text);
}

/** The key of a taint, a toleration or a requirement. */
function labelOf(record: Json): string | undefined {
  if (typeof record.topologyKey === 'string') return record.topologyKey;
  return typeof record.key === 'string' && ('effect' in record || 'operator' in record)
    ? record.key
    : undefined;
}

function isPublicLabel(label: string): boolean {
  return (
    /(^|\.)(kubernetes|k8s)\.io\//.test(label) ||
    label === 'k8s-app' ||
    label === 'component' ||
    label === 'tier'
  );
}

function isPublicValue(label: string, text: string): boolean {
  return (
    /^(true|false|\d*)$/.test(text) ||
    /kubernetes\.io\/(os|arch)$/.test(label) ||
    /^kube-|^control-plane$/.test(text)
  );
}

function replaced(value: unknown, key: string, within: Json, pseudonyms: Pseudonyms): unknown {
  if (typeof value === 'string') return replacedText(value, key, within, pseudonyms);
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, key, within, pseudonyms));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
    if (LABEL_MAPS.has(key)) return [labelKey(name, pseudonyms), labelValue(name, String(inner), pseudonyms)];
    const shown = key === 'addresses' || key === 'volumes' ? replaceNames(name, pseudonyms.names) : name;
    return [shown, replaced(inner, name, value, pseudonyms)];
  });
  return Object.fromEntries(entries);
}

function replacedText(text: string, key: string, within: Json, pseudonyms: Pseudonyms): string {
  const label = labelOf(within);
  if (label !== undefined && (key === 'key' || key === 'topologyKey')) return labelKey(text, pseudonyms);
  if (label !== undefined && (key === 'value' || key === 'values'))
    return labelValue(label, text, pseudonyms);
  if (isWord(key)) return text;
  if (key === 'clusterUid') return '00000000-0000-0000-0000-000000000000';
  return replaceNames(scrub(text), pseudonyms.names);
}

function labelKey(label: string, { labels }: Pseudonyms): string {
  return isPublicLabel(label) ? label : labels.of(label);
}

// A node's own name is a label of it, and has to stay the same as elsewhere.
function labelValue(label: string, text: string, { names, values }: Pseudonyms): string {
  if (isPublicValue(label, text)) return text;
  return label === 'kubernetes.io/hostname' ? (names.get(text) ?? values.of(text)) : values.of(text);
}
