import type { KindTally } from '../restore/resources/report.ts';
import type { Result } from './model.ts';
import { count } from './units.ts';

export type ResourcesResult = Extract<Result, { readonly command: 'restore-resources' }>;

/** The result in one line. */
export function resourcesHeadline({ restored, outcome, backup }: ResourcesResult): string {
  const sum = (of: (tally: KindTally) => number) => restored.kinds.reduce((total, one) => total + of(one), 0);
  const created = count(
    sum((one) => one.created),
    'object',
  );
  const updated = sum((one) => one.updated);
  const facts = [
    `${created} ${restored.dryRun ? 'to create' : 'created'}`,
    ...(updated > 0 ? [`${updated} ${restored.dryRun ? 'to change' : 'changed'}`] : []),
    `${sum((one) => one.unchanged)} equal`,
    ...(restored.kept.length > 0 ? [`${restored.kept.length} differ and are left as they are`] : []),
    ...(restored.refused.length > 0 ? [`${restored.refused.length} cannot be restored`] : []),
  ].join(', ');
  const state = outcome.state === 'nothing-to-do' ? 'nothing to restore: ' : '';
  return `${backup.manifest.id} of ${backup.manifest.cluster.name}: ${state}${facts}`;
}

export const RESOURCE_COLUMNS = [
  'Kind',
  'Create',
  'Change',
  'Equal',
  'Left',
  'Made by others',
  'Refused',
] as const;

export function resourceRows({ restored }: ResourcesResult): readonly (readonly string[])[] {
  return restored.kinds.map(({ kind, created, updated, unchanged, kept, skipped, refused }) => [
    kind,
    ...[created, updated, unchanged, kept, skipped, refused].map((number) =>
      number === 0 ? '-' : String(number),
    ),
  ]);
}

/** What a reader must not overlook. */
export function resourcesWarnings({ restored }: ResourcesResult): readonly string[] {
  const claims = restored.kinds.find(({ kind }) => kind === 'persistentvolumeclaims');
  return [
    ...(restored.untried > 0
      ? [
          `${count(restored.untried, 'object')} could not be tried, since a namespace or a kind has to be created first.`,
        ]
      : []),
    ...(claims !== undefined && claims.created > 0
      ? ['Volumes keep what they hold now: a backup has their claims, never their contents.']
      : []),
  ];
}
