import type { Outcome } from '../report/model.ts';
import type { Journal, JournalEntry } from '../rollout/journal.ts';

/** A run that is stopped has to come back at once; one that ended by itself waits for a store that is away, so that nothing is lost. */
const STOPPED_MILLISECONDS = 2000;
const ENDED_MILLISECONDS = 300_000;

/** Records how a run ended, and waits for what is not written yet. */
export async function endJournal(journal: Journal, { state, problem }: Outcome): Promise<void> {
  journal.record('run', eventOf(state), problem?.message);
  await journal.flush(state === 'interrupted' ? STOPPED_MILLISECONDS : ENDED_MILLISECONDS);
}

function eventOf(state: Outcome['state']): JournalEntry['event'] {
  if (state === 'changed') return 'done';
  return state === 'interrupted' ? 'interrupted' : 'failed';
}
