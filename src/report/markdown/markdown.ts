import { cleanData } from '../clean.ts';
import { commandOf, type Ending, type Failure } from '../ending.ts';
import { fetchedLines, readingCommands } from '../fetch-facts.ts';
import type { Result } from '../model.ts';
import { unlockLines } from '../unlock-facts.ts';
import { backupSections } from './backup.ts';
import { catalogueSections } from './catalogue.ts';
import { defragSections } from './defrag.ts';
import { block, code, md } from './escape.ts';
import { maintainSections } from './maintain.ts';
import { matrixSections } from './matrix.ts';
import { offlineSections } from './offline.ts';
import { planSections } from './plan.ts';
import { problemText } from './problem.ts';
import { proofSections } from './proofs.ts';
import { pruneSections } from './prune.ts';
import { resourcesSections } from './resources.ts';
import { restoreSections } from './restore.ts';
import { joinWithin, type Section } from './sections.ts';
import { statusSections } from './status.ts';
import { upgradeSections } from './upgrade.ts';

/** GitHub drops a step's summary above 1 MiB. */
export const SUMMARY_LIMIT = 1_000_000;
/** GitHub refuses a comment above 65,536 characters. */
export const COMMENT_LIMIT = 65_000;

/** An ending as GitHub Flavored Markdown of at most `limit` bytes; detail is dropped in the order of `KEEP`. */
export function markdown(ending: Ending, limit: number): string {
  return joinWithin(sectionsOf(cleanData(ending)), limit);
}

export function sectionsOf(ending: Ending): readonly Section[] {
  switch (ending.command) {
    case 'plan':
      return 'offline' in ending
        ? offlineSections(ending.offline, ending.source)
        : planSections(ending.plan, ending.source);
    case 'matrix':
      return matrixSections(ending.matrix);
    case 'backup':
      return backupResult(ending);
    case 'backups':
      return catalogueSections(ending.catalogue);
    case 'prune':
      return pruneResult(ending);
    case 'fetch':
      return fetchResult(ending);
    case 'upgrade':
      return upgradeSections(ending);
    case 'status':
      return statusSections(ending.status);
    case 'maintain':
      return maintainSections(ending);
    case 'defrag':
      return defragSections(ending);
    case 'restore-resources':
      return resourcesSections(ending);
    case 'verify':
    case 'drill':
      return proofSections(ending);
    case 'unlock':
      return unlockResult(ending);
    case 'restore-etcd':
    case 'rollback':
      return restoreSections(ending);
    case 'failure':
      return failure(ending);
  }
}

function backupResult({
  backup,
  pruned,
  outcome,
}: Extract<Result, { readonly command: 'backup' }>): readonly Section[] {
  const cluster = backup === undefined ? '' : ` of ${code(backup.manifest.cluster.name)}`;
  const heading = outcome.problem === undefined ? `✅ Backup${cluster}` : `❌ The backup${cluster} failed`;
  return [
    { name: 'heading', keep: 'always', text: `## ${heading}` },
    {
      name: 'problem',
      keep: 'always',
      text: outcome.problem === undefined ? '' : problemText(outcome.problem),
    },
    ...(backup === undefined ? [] : backupSections(backup, undefined)),
    ...(pruned === undefined ? [] : pruneSections(pruned)),
  ];
}

function pruneResult({
  pruned,
  outcome,
}: Extract<Result, { readonly command: 'prune' }>): readonly Section[] {
  const { problem, state } = outcome;
  const heading =
    problem === undefined ? (state === 'ready' ? '🔍 Dry run of a prune' : '🧹 Pruned') : headlines[state];
  return [
    { name: 'heading', keep: 'always', text: `## ${heading}` },
    { name: 'problem', keep: 'always', text: problem === undefined ? '' : problemText(problem) },
    ...pruneSections(pruned),
  ];
}

function fetchResult(ending: Extract<Result, { readonly command: 'fetch' }>): readonly Section[] {
  const lines = fetchedLines(ending).map(md).join(' ');
  return [
    { name: 'heading', keep: 'always', text: '## 📦 Fetched a backup' },
    { name: 'what', keep: 'always', text: `${lines}\n\n${block('sh', readingCommands(ending))}` },
  ];
}

function unlockResult(ending: Extract<Result, { readonly command: 'unlock' }>): readonly Section[] {
  const { problem } = ending.outcome;
  const heading = problem === undefined ? '🔓 The lock is free' : '🛑 The lock was not taken away';
  return [
    { name: 'heading', keep: 'always', text: `## ${heading}` },
    { name: 'problem', keep: 'always', text: problem === undefined ? '' : problemText(problem) },
    {
      name: 'places',
      keep: 'always',
      text: unlockLines(ending)
        .map((line) => `- ${md(line)}`)
        .join('\n'),
    },
  ];
}

function failure(ending: Failure): readonly Section[] {
  const what = `kubestair ${commandOf(ending) ?? ''}`.trim();
  return [
    { name: 'heading', keep: 'always', text: `## ${headlines[ending.outcome.state]}: ${what}` },
    { name: 'problem', keep: 'always', text: problemText(ending.outcome.problem) },
  ];
}

const headlines: Readonly<Record<Failure['outcome']['state'], string>> = {
  blocked: '🛑 Blocked',
  failed: '❌ Failed',
  interrupted: '⏸️ Interrupted',
  changed: 'Changed',
  'nothing-to-do': 'Nothing to do',
  ready: 'Ready',
};
