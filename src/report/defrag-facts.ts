import type { MemberPlan } from '../defrag/plan.ts';
import type { DefragResult } from './model.ts';
import { formatBytes } from './units.ts';

export const DEFRAG_COLUMNS = ['Member', 'Before', 'In use', 'Free', 'After', ''] as const;

/** One row for each member: its database before, and after where something was done. */
export function defragRows({ defrag, after = [], dryRun }: DefragResult): readonly (readonly string[])[] {
  return defrag.members.map((member) => {
    const now = after.find(({ id }) => id === member.id);
    return [
      `${member.name}${member.leader ? ' (leader)' : ''}`,
      formatBytes(member.dbSizeBytes),
      formatBytes(member.dbSizeInUseBytes),
      `${Math.round(member.fragmentation)} %`,
      now === undefined ? '-' : formatBytes(now.dbSizeBytes),
      standing(member, dryRun),
    ];
  });
}

/** What the run won, in bytes. */
export function freedBytes({ defrag, after = [] }: DefragResult): number {
  return after.reduce((sum, { id, dbSizeBytes }) => {
    const before = defrag.members.find((member) => member.id === id)?.dbSizeBytes ?? dbSizeBytes;
    return sum + Math.max(0, before - dbSizeBytes);
  }, 0);
}

function standing({ due, reason, problems }: MemberPlan, dryRun: boolean): string {
  if (problems.length > 0) return problems.join(', ');
  if (!due) return `left alone: ${reason}`;
  return dryRun ? `due: ${reason}` : reason;
}
