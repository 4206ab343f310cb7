/** Exit codes of the command line; the Action's step fails with the same ones. */
export const EXIT_CODES = {
  0: 'Done, or nothing to do.',
  1: 'Failed while working; run the same command again to go on.',
  2: 'Bad input: found before anything was changed.',
  3: 'Blocked by a check, by a lock or by a plan that is not the approved one; nothing was changed.',
  4: 'Interrupted; run the same command again to go on.',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;
