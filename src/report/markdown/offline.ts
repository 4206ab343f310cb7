import { formatLocation } from '../../errors.ts';
import { type OfflinePlan, wantedText } from '../../plan/offline.ts';
import type { PlanSource } from '../model.ts';
import { code, md } from './escape.ts';
import type { Section } from './sections.ts';

/** A plan from files alone, which says so before anything else. */
export function offlineSections(plan: OfflinePlan, source: PlanSource): readonly Section[] {
  return [
    { name: 'heading', keep: 'always', text: heading(plan, source) },
    { name: 'what was not checked', keep: 'always', text: notChecked(plan) },
    { name: 'other settings', keep: 1, text: settings(plan) },
    {
      name: 'next',
      keep: 'always',
      text: '**Next:** somebody with access looks at the change, then plans it from a branch of the repository, or with `kubestair plan`.',
    },
  ];
}

function heading(plan: OfflinePlan, { versionAt }: PlanSource): string {
  const place = code(formatLocation(versionAt));
  const way =
    plan.path.length === 0
      ? `The version stays ${code(wantedText(plan.to))}, asked for in ${place}.`
      : `Path: ${[...(plan.from === undefined ? [] : [plan.from]), ...plan.path].map(wantedText).map(code).join(' → ')}, asked for in ${place}.`;
  return [
    `## ❔ ${code(plan.cluster)}: not checked against the cluster`,
    '> [!WARNING]\n> This plan was made from the files of the pull request alone, as for every one from a fork. **No cluster was asked, and nobody may approve it.**',
    way,
  ].join('\n\n');
}

function notChecked(plan: OfflinePlan): string {
  return `### Not checked\n\n${plan.notChecked.map((line) => `- ${md(line)}`).join('\n')}`;
}

function settings(plan: OfflinePlan): string {
  if (plan.settings.length === 0) return '';
  return `### The file changes more than the version\n\n${plan.settings.map((path) => `- ${code(path)}`).join('\n')}`;
}
