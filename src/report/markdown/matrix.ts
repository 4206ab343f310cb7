import type { ClusterMatrix } from '../../plan/matrix.ts';
import { count } from '../units.ts';
import { code, table } from './escape.ts';
import type { Section } from './sections.ts';

export function matrixSections({ matrix, waves }: ClusterMatrix): readonly Section[] {
  const rows = waves.flatMap(({ include }, index) =>
    include.map(({ cluster, file }) => [String(index + 1), code(cluster), code(file)]),
  );
  return [
    { name: 'heading', keep: 'always', text: `## ${count(matrix.include.length, 'cluster')} changed` },
    { name: 'clusters', keep: 1, text: rows.length === 0 ? '' : table(['Wave', 'Cluster', 'File'], rows) },
  ];
}
