import { cleanData } from '../clean.ts';
import type { Ending } from '../ending.ts';
import { fetchedLines, readingCommands } from '../fetch-facts.ts';
import { unlockLines } from '../unlock-facts.ts';
import { backupText } from './backup.ts';
import { catalogueText } from './catalogue.ts';
import { defragText } from './defrag.ts';
import { maintainText } from './maintain.ts';
import { offlineText } from './offline.ts';
import type { Paint } from './paint.ts';
import { planText } from './plan.ts';
import { proofsText } from './proofs.ts';
import { pruneText } from './prune.ts';
import { resourcesText } from './resources.ts';
import { restoreText } from './restore.ts';
import { statusText } from './status.ts';
import { upgradeText } from './upgrade.ts';

/** What standard output gets in the form `text`; empty where only the error on standard error has something to say. */
export function terminalText(ending: Ending, paint: Paint): string {
  const clean = cleanData(ending);
  switch (clean.command) {
    case 'plan':
      return 'offline' in clean
        ? offlineText(clean.offline, clean.source, paint)
        : planText(clean.plan, clean.source, paint);
    case 'matrix':
      return JSON.stringify(clean.matrix);
    case 'backup':
      return [
        ...(clean.backup === undefined ? [] : [backupText(clean.backup, paint)]),
        ...(clean.pruned === undefined ? [] : [pruneText(clean.pruned, paint)]),
      ].join('\n\n');
    case 'backups':
      return catalogueText(clean.catalogue, paint);
    case 'prune':
      return pruneText(clean.pruned, paint);
    case 'fetch':
      return [...fetchedLines(clean), ...readingCommands(clean).map((line) => `  $ ${line}`)].join('\n');
    case 'upgrade':
      return upgradeText(clean, paint);
    case 'status':
      return statusText(clean.status, paint);
    case 'maintain':
      return maintainText(clean, paint);
    case 'defrag':
      return defragText(clean, paint);
    case 'restore-resources':
      return resourcesText(clean, paint);
    case 'verify':
    case 'drill':
      return proofsText(clean, paint);
    case 'unlock':
      return unlockLines(clean).join('\n');
    case 'restore-etcd':
    case 'rollback':
      return restoreText(clean, paint);
    case 'failure':
      return '';
  }
}
