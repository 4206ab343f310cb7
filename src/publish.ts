import { type Commented, keepComment } from './commands/comment.ts';
import { asKubestairError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Forge } from './ports/forge.ts';
import type { Log } from './ports/log.ts';
import type { CommentSubject } from './report/comment.ts';
import { commandOf, type Ending } from './report/ending.ts';
import type { CommentMode } from './request/contract/run-settings.ts';
import type { RunnerContext } from './request/event.ts';

export interface PublishInput {
  readonly ending: Ending;
  /** Cluster file as the workflow names it; undefined where that was not read. */
  readonly file: string | undefined;
  readonly mode: CommentMode;
  /** Absent where there is no token to ask with. */
  readonly forge: Forge | undefined;
  readonly context: RunnerContext | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Comments on the pull request that a plan was made for. Never fails a run: where it may not comment, it warns, and the plan
 * is in the summary.
 * @returns the comment's URL, if there is one
 */
export async function publish(input: PublishInput): Promise<string | undefined> {
  const { ending, file, mode, forge, context, clock, log } = input;
  if (mode === 'never' || context?.pullRequest === undefined || file === undefined) return undefined;
  if (commandOf(ending) !== 'plan' || ending.outcome.state === 'interrupted') return undefined;
  if (forge === undefined) {
    log.warn(
      'There is no comment on the pull request, since the input github-token is empty. The plan is in the summary.',
    );
    return undefined;
  }
  const { runUrl, pullRequest } = context;
  try {
    const commented = await keepComment(forge, {
      ending,
      context: {
        subject: subjectOf(ending, file),
        commit: pullRequest.head,
        at: clock.now().toISOString(),
        runUrl,
      },
      pullRequest: pullRequest.number,
      evenIfNothing: mode === 'always',
    });
    log.info(toldOf(commented));
    return commented.state === 'skipped' ? undefined : commented.url;
  } catch (thrown) {
    const { message, next } = asKubestairError(thrown);
    log.warn(
      `There is no comment on the pull request; the plan is in the summary. ${message}${next === undefined ? '' : ` Next: ${next}`}`,
    );
    return undefined;
  }
}

function subjectOf(ending: Ending, file: string): CommentSubject {
  if ('plan' in ending) return { file, cluster: ending.plan.cluster };
  return 'offline' in ending ? { file, cluster: ending.offline.cluster } : { file };
}

function toldOf(commented: Commented): string {
  switch (commented.state) {
    case 'added':
      return `Commented on the pull request: ${commented.url}`;
    case 'updated':
      return `Updated the comment on the pull request: ${commented.url}`;
    case 'skipped':
      return `No comment on the pull request: ${commented.reason}.`;
  }
}
