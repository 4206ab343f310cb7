import type { Outcome } from '../report/model.ts';
import type { Journal, JournalEntry } from '../rollout/journal.ts';

const FLUSH_MILLISECONDS = 3000;

/** Records how a run ended, and waits a moment for what is not written yet. */
export async function endJournal(journal: Journal, { state, problem }: Outcome): Promise<void> {
  journal.record('run', eventOf(state), problem?.message);
  await journal.flush(FLUSH_MILLISECONDS);
}

function eventOf(state: Outcome['state']): JournalEntry['event'] {
  if (state === 'changed') return 'done';
  return state === 'interrupted' ? 'interrupted' : 'failed';
}
