import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Setting } from '../../../cluster/evidence.ts';

/**
 * Fields and feature gates of a KubeletConfiguration or KubeProxyConfiguration.
 * @throws Error for a text that is no YAML
 */
export function settingsOfConfig(
  program: 'kubelet' | 'kube-proxy',
  place: string,
  text: string,
): readonly Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) throw new Error('is no YAML');
  const lineOf = (key: unknown): number => lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0).line;
  if (!isMap(document.contents)) return [];
  const fields = document.contents.items.map(
    ({ key }): Setting => ({ kind: 'field', program, name: String(key), place, line: lineOf(key) }),
  );
  const gates: unknown = document.get('featureGates');
  if (!isMap(gates)) return fields;
  return [
    ...fields,
    ...gates.items.map(
      ({ key, value }): Setting => ({
        ...{ kind: 'gate', program, name: String(key) },
        on: isScalar(value) && value.value === true,
        ...{ place, line: lineOf(key) },
      }),
    ),
  ];
}
