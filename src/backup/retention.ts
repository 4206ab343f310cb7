import type { Keep } from '../config/schema.ts';
import type { Proof } from './manifest.ts';

/** What the rule of retention knows of a backup. */
export interface Candidate {
  readonly id: string;
  /** When it was begun, RFC 3339. */
  readonly at: string;
  /** UID of its cluster: one that was made anew under the same name is another one. */
  readonly clusterUid: string;
  /** Lacks nothing, and no proof of it failed. */
  readonly sound: boolean;
  /** Proofs that it passed. */
  readonly proven: readonly Proof['kind'][];
  /** Why it must stay whatever the rule says; absent where nothing relies on it. */
  readonly heldBy?: string;
}

export interface Verdict {
  readonly id: string;
  /** Why it stays: `last`, `daily 2026-11-21`, `newest complete`; empty where it goes. */
  readonly reasons: readonly string[];
}

/**
 * Says what stays of the backups of one name in a store. Without a rule everything does.
 *
 * Counted as `restic forget` counts (restic 0.18, "Removing snapshots according to a policy"): `daily: 7` keeps the newest backup of
 * each of the last seven days that have one, days without one do not count, and every rule counts for itself, so a backup may be
 * kept by several. While a rule has fewer periods than it may keep, it keeps the oldest backup too. Days, ISO weeks, months and
 * years are those of UTC.
 *
 * Besides, whatever the rule says, the newest sound backup stays, the newest sound one that passed each kind of proof, and what is
 * held. Backups of different clusters, and those that are not sound, are counted apart, so that none takes another's place.
 */
export function judge(candidates: readonly Candidate[], keep: Keep | undefined): readonly Verdict[] {
  const newestFirst = candidates.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
  const reasons = new Map<string, string[]>(newestFirst.map(({ id }) => [id, []]));
  const because = (id: string, reason: string): void => void reasons.get(id)?.push(reason);

  for (const { id, heldBy } of newestFirst) {
    if (keep === undefined) because(id, 'no rule');
    if (heldBy !== undefined) because(id, heldBy);
  }
  for (const group of Map.groupBy(
    newestFirst,
    ({ clusterUid, sound }) => `${clusterUid} ${sound}`,
  ).values()) {
    const sound = group[0]?.sound === true;
    for (const { id, reason } of countedBy(group, keep ?? {}))
      because(id, sound ? reason : `unsound: ${reason}`);
    if (sound) for (const { id, reason } of lastOnes(group)) because(id, reason);
  }
  return [...reasons].map(([id, why]) => ({ id, reasons: why }));
}

interface Reason {
  readonly id: string;
  readonly reason: string;
}

const RULES = ['last', 'daily', 'weekly', 'monthly', 'yearly'] as const satisfies readonly (keyof Keep)[];

function countedBy(newestFirst: readonly Candidate[], keep: Keep): readonly Reason[] {
  return RULES.flatMap((rule) => {
    const limit = keep[rule] ?? 0;
    const kept: Reason[] = [];
    let lastPeriod: string | undefined;
    for (const [index, { id, at }] of newestFirst.entries()) {
      if (kept.length === limit) break;
      const period = periodOf(rule, at, index);
      const isOldest = index === newestFirst.length - 1;
      if (period === lastPeriod && !isOldest) continue;
      kept.push({ id, reason: period === lastPeriod ? `oldest, ${rule}` : `${rule} ${period}`.trim() });
      lastPeriod = period;
    }
    return rule === 'last' ? kept.map(({ id }) => ({ id, reason: 'last' })) : kept;
  });
}

function lastOnes(newestFirst: readonly Candidate[]): readonly Reason[] {
  const kinds = new Set(newestFirst.flatMap(({ proven }) => proven));
  const lastProven = [...kinds].flatMap((kind) => {
    const found = newestFirst.find(({ proven }) => proven.includes(kind));
    return found === undefined ? [] : [{ id: found.id, reason: `last with ${kind} passed` }];
  });
  const newest = newestFirst.slice(0, 1).map(({ id }) => ({ id, reason: 'newest complete' }));
  return [...newest, ...lastProven];
}

function periodOf(rule: keyof Keep, at: string, index: number): string {
  const date = new Date(at);
  const day = date.toISOString().slice(0, 10);
  switch (rule) {
    case 'last':
      return String(index);
    case 'daily':
      return day;
    case 'weekly':
      return isoWeek(date);
    case 'monthly':
      return day.slice(0, 7);
    case 'yearly':
      return day.slice(0, 4);
  }
}

const DAY_MILLISECONDS = 86_400_000;

/** `2026-W48`: a week belongs to the year that its Thursday is in (ISO 8601). */
function isoWeek(date: Date): string {
  const fromMonday = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - fromMonday) * DAY_MILLISECONDS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MILLISECONDS / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function isNewer(a: Candidate, b: Candidate): boolean {
  const [atA, atB] = [Date.parse(a.at), Date.parse(b.at)];
  return atA === atB ? a.id > b.id : atA > atB;
}
