import { basename } from 'node:path/posix';
import { isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Setting } from '../../../cluster/evidence.ts';
import type { Program } from '../../../tables/names.ts';
import { argumentsIn, settingsOf, type Word } from './arguments.ts';

const PROGRAMS: readonly Program[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];

/**
 * Settings in the manifest of a static pod; none for pods of others.
 * @throws Error for a text that is no YAML
 */
export function settingsOfStaticPod(place: string, text: string): readonly Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) throw new Error('is no YAML');
  const containers: unknown = document.getIn(['spec', 'containers']);
  if (!isSeq(containers)) return [];
  return containers.items.flatMap((_container, index) => {
    const words = ['command', 'args'].flatMap((key): readonly Word[] => {
      const list: unknown = document.getIn(['spec', 'containers', index, key]);
      if (!isSeq(list)) return [];
      return list.items.flatMap((item) => {
        if (!isScalar(item)) return [];
        return [{ text: String(item.value), place, line: lines.linePos(item.range?.[0] ?? 0).line }];
      });
    });
    const program = PROGRAMS.find((name) => name === basename(words[0]?.text ?? ''));
    return program === undefined ? [] : settingsOf(program, argumentsIn(words));
  });
}
