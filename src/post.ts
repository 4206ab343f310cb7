import { addSummary, annotate, readState } from './adapters/actions.ts';
import { shred } from './adapters/private-files.ts';

// Runs always, also after main was killed: then the keys are still there and nobody has told how the run ended.
for (const name of ['key-directory', 'temp-directory'] as const) {
  const directory = readState(name);
  if (directory !== '') await shred(directory);
}

const wasStarted = readState('temp-directory') !== '';
if (wasStarted && readState('finished') === '') {
  const message =
    'The run was cut off before it could report. What it had begun on a host goes on there. Run the workflow again: it looks at the cluster and goes on where this one stopped.';
  annotate({ level: 'warning', title: 'INTERRUPTED', message }, process.cwd());
  await addSummary(`## ⏸️ Interrupted\n\n${message}\n`);
}
