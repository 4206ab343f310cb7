import { wantedText } from '../plan/offline.ts';
import { cleanData } from './clean.ts';
import type { Ending } from './ending.ts';
import { code, details, md, table } from './markdown/escape.ts';
import { COMMENT_LIMIT, sectionsOf } from './markdown/markdown.ts';
import { joinWithin, KEEP, type Section } from './markdown/sections.ts';
import { formatTime } from './units.ts';

/** What a sticky comment is about: there is one for each cluster of a pull request. */
export interface CommentSubject {
  /** Unknown where the cluster file could not be read; the file then tells the comments apart. */
  readonly cluster?: string;
  readonly file: string;
}

/** Where and when a comment is written. */
export interface CommentContext {
  readonly subject: CommentSubject;
  /** Newest commit of the pull request. */
  readonly commit: string;
  /** RFC 3339. */
  readonly at: string;
  /** Page of the workflow run. */
  readonly runUrl: string;
}

/** What a comment remembers of a plan once a newer one takes its place. */
export interface PastPlan {
  readonly at: string;
  readonly commit: string;
  readonly verdict: string;
  readonly path: string;
  /** Empty where there was no plan. */
  readonly hash: string;
}

interface CommentState {
  readonly subject: CommentSubject;
  readonly current: PastPlan;
  /** The newest first. */
  readonly past: readonly PastPlan[];
}

/** More of them tell a reviewer nothing. */
const mostPast = 10;

const marker = /^<!-- kubestair:plan ([A-Za-z0-9_-]+) -->/;

/** What a comment that Kubestair wrote is about; undefined for other comments. */
export function subjectOf(body: string): CommentSubject | undefined {
  return readState(body)?.subject;
}

/** Whether two comments are about the same cluster. */
export function isSameSubject(a: CommentSubject, b: CommentSubject): boolean {
  if (a.cluster !== undefined && b.cluster !== undefined) return a.cluster === b.cluster;
  return a.file === b.file;
}

/**
 * The text of the comment on a pull request: at most 65,536 characters, with the plans that stood in the comment before, folded.
 * @param previous text of the comment as it is
 */
export function commentBody(ending: Ending, context: CommentContext, previous?: string): string {
  const clean = cleanData(ending);
  const before = previous === undefined ? undefined : readState(previous);
  const current = pastOf(clean, context);
  const past = pastPlans(before, current);
  const state: CommentState = { subject: context.subject, current, past };
  const sections: readonly Section[] = [
    { name: 'marker', keep: 'always', text: writeState(state) },
    ...sectionsOf(clean),
    { name: 'origin', keep: 'always', text: origin(current, before?.current, context) },
    { name: 'earlier plans', keep: KEEP.earlierPlans, text: earlierPlans(past) },
  ];
  return joinWithin(sections, COMMENT_LIMIT);
}

function pastOf(ending: Ending, { at, commit }: CommentContext): PastPlan {
  if (ending.command === 'plan' && 'offline' in ending) {
    const { verdict, path } = ending.offline;
    return { at, commit, verdict, path: path.map(wantedText).join(' → '), hash: '' };
  }
  if (ending.command !== 'plan') {
    return { at, commit, verdict: ending.outcome.problem?.code ?? ending.outcome.state, path: '', hash: '' };
  }
  const { plan } = ending;
  const path = [plan.current, ...plan.hops.map((hop) => hop.to)].join(' → ');
  return { at, commit, verdict: plan.verdict, path, hash: plan.hash };
}

// A run again for the same commit with the same plan is no plan of its own.
function pastPlans(before: CommentState | undefined, current: PastPlan): readonly PastPlan[] {
  if (before === undefined) return [];
  const same = before.current.commit === current.commit && before.current.hash === current.hash;
  return (same ? before.past : [before.current, ...before.past]).slice(0, mostPast);
}

function origin(current: PastPlan, before: PastPlan | undefined, { runUrl }: CommentContext): string {
  const made = `Made at ${formatTime(current.at)} for commit ${code(short(current.commit))} by [this run](${runUrl}).`;
  return `<sub>${made}${comparison(current, before)}</sub>`;
}

function comparison(current: PastPlan, before: PastPlan | undefined): string {
  if (before === undefined || before.commit === current.commit || before.hash === '' || current.hash === '') {
    return '';
  }
  const commit = code(short(before.commit));
  return current.hash === before.hash
    ? ` The plan is the same as for commit ${commit}.`
    : ` The plan is another one than for commit ${commit}.`;
}

function earlierPlans(past: readonly PastPlan[]): string {
  if (past.length === 0) return '';
  const rows = past.map(({ at, commit, verdict, path, hash }) => [
    formatTime(at),
    code(short(commit)),
    md(verdict),
    md(path),
    code(hash.slice(0, 12)),
  ]);
  return details(`Earlier plans: ${past.length}`, table(['When', 'Commit', 'Verdict', 'Path', 'Hash'], rows));
}

function short(commit: string): string {
  return commit.slice(0, 7);
}

// Base64 holds nothing that could end the comment it stands in.
function writeState(state: CommentState): string {
  return `<!-- kubestair:plan ${Buffer.from(JSON.stringify(state)).toString('base64url')} -->`;
}

function readState(body: string): CommentState | undefined {
  const encoded = marker.exec(body)?.[1];
  if (encoded === undefined) return undefined;
  try {
    const state: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is CommentState {
  if (!isRecord(value) || !isRecord(value.subject) || typeof value.subject.file !== 'string') return false;
  return isPast(value.current) && Array.isArray(value.past) && value.past.every(isPast);
}

function isPast(value: unknown): value is PastPlan {
  if (!isRecord(value)) return false;
  return ['at', 'commit', 'verdict', 'path', 'hash'].every((key) => typeof value[key] === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
