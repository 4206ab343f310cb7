import { KubestairError } from '../errors.ts';
import type { Forge, ForgeComment } from '../ports/forge.ts';
import { type CommentContext, commentBody, isSameSubject, subjectOf } from '../report/comment.ts';
import type { Ending } from '../report/ending.ts';

export interface CommentInput {
  readonly ending: Ending;
  readonly context: CommentContext;
  readonly pullRequest: number;
  /** Whether to write a comment, where there is none yet, that says that there is nothing to do. */
  readonly evenIfNothing: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What became of the comment. */
export type Commented =
  | { readonly state: 'added' | 'updated'; readonly url: string }
  /** A newer commit is there, whose own run writes the comment; or there is nothing worth one. */
  | { readonly state: 'skipped'; readonly reason: string };

/** A comment that was added although the answer never came is found by looking again. */
const TRIES = 3;

/**
 * Keeps one comment for each cluster of a pull request: adds it once, then updates it in place. Only comments that carry the
 * marker and were written with this token's identity count, so that nobody else can have his text taken for a plan.
 * @throws KubestairError FORGE_*
 */
export async function keepComment(forge: Forge, input: CommentInput): Promise<Commented> {
  const { context, pullRequest, signal } = input;
  const head = await forge.headOf(pullRequest, signal);
  if (head !== context.commit) {
    return { state: 'skipped', reason: `commit ${head.slice(0, 7)} is newer, and its own run comments` };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeComment(forge, input);
    } catch (thrown) {
      const lost = thrown instanceof KubestairError && thrown.code === 'FORGE_UNREACHABLE';
      if (!lost || attempt === TRIES) throw thrown;
    }
  }
}

async function writeComment(forge: Forge, input: CommentInput): Promise<Commented> {
  const { ending, context, pullRequest, signal } = input;
  const [first, ...more] = await ownComments(forge, input);
  if (first === undefined) {
    const nothing = ending.outcome.state === 'nothing-to-do';
    if (nothing && !input.evenIfNothing) return { state: 'skipped', reason: 'there is nothing to do' };
    const { url } = await forge.addComment(pullRequest, commentBody(ending, context), signal);
    return { state: 'added', url };
  }
  const { url } = await forge.editComment(first.id, commentBody(ending, context, first.body), signal);
  // Two runs at once may each have added one.
  for (const { id } of more) await forge.removeComment(id, signal);
  return { state: 'updated', url };
}

async function ownComments(
  forge: Forge,
  { context, pullRequest, signal }: CommentInput,
): Promise<readonly ForgeComment[]> {
  const isOwn = await forge.wroteComments(signal);
  const own: ForgeComment[] = [];
  for await (const comment of forge.comments(pullRequest, signal)) {
    const subject = subjectOf(comment.body);
    if (subject !== undefined && isSameSubject(subject, context.subject) && isOwn(comment)) own.push(comment);
  }
  return own;
}
