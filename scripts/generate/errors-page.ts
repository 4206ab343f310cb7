import { ERRORS, type ErrorKind } from '../../src/errors.ts';

/** docs/errors.md: every code by its kind, in the order of the registry. */
export function errorsPage(): string {
  const sections = kinds.map(({ kind, heading, about }) => {
    const rows = Object.entries(ERRORS)
      .filter(([, error]) => error.kind === kind)
      .map(([code, error]) => `| \`${code}\` | ${error.about} |`);
    return [`## ${heading}`, '', about, '', '| Code | What happened |', '| --- | --- |', ...rows].join('\n');
  });
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `# Errors

<!-- Written by scripts/generate.ts from src/errors.ts. -->

Every error has a stable code. The command line prints it on standard error, with the place in the file where there is
one and with what to do next; the Action shows it as an annotation and sets it as the output \`reason\`:

\`\`\`text
error[CONFIG_UNKNOWN_KEY]: spec.verson is not known; did you mean version?
  --> clusters/prod.yaml:7:3
  next: Rename the key.
\`\`\``;

const kinds: readonly { readonly kind: ErrorKind; readonly heading: string; readonly about: string }[] = [
  {
    kind: 'bad-input',
    heading: 'Bad input (exit code 2)',
    about:
      'Found before anything was changed. A run that meets one of these while it works ends with exit code 1.',
  },
  {
    kind: 'blocked',
    heading: 'Blocked (exit code 3)',
    about: 'Kubestair refuses to begin or to go on.',
  },
  {
    kind: 'failed',
    heading: 'Failed (exit code 1)',
    about:
      'Something went wrong while working. Once it is put right, the same command goes on where the run stopped.',
  },
  {
    kind: 'interrupted',
    heading: 'Interrupted (exit code 4)',
    about: 'Asked to stop, by a person or by a runner that cancels. The same command goes on.',
  },
];
