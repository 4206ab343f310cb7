import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { systemClock } from './adapters/clock.ts';
import { makePrivateDirectory, removeDirectory, socketRoot } from './adapters/private-files.ts';
import { terminalPrompt } from './adapters/prompt.ts';
import { abortWhenAskedToStop } from './adapters/signals.ts';
import { paintFor, terminalLog } from './adapters/terminal.ts';
import { asKubestairError } from './errors.ts';
import { execute } from './execute.ts';
import { resumeHint } from './report/commands.ts';
import { resultDocument } from './report/document.ts';
import { type Ending, exitCodeOf, failureOf } from './report/ending.ts';
import { markdown, SUMMARY_LIMIT } from './report/markdown/markdown.ts';
import { problemText } from './report/terminal/problem.ts';
import { terminalText } from './report/terminal/terminal.ts';
import { prepareReport, writeReport } from './report-file.ts';
import type { ExitCode } from './request/contract/exit-codes.ts';
import type { OutputFormat } from './request/contract/run-settings.ts';
import { type Invocation, readArgv, wantsJson } from './request/read-argv.ts';
import { run } from './run.ts';
import { TOOL, VERSION } from './version.ts';

/**
 * Carries a command line out: the result goes to standard output, everything else to standard error.
 * @param args without the names of Node.js and of the program
 */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  const read = readOrFail(args);
  if (read.kind === 'text') {
    await writeOut(read.text);
    return 0;
  }
  const ending = read.kind === 'failed' ? read.ending : await runRequest(read);
  await report(ending, read.output);
  const unwritable = ending.command === 'failure' && ending.outcome.problem.code === 'OUTPUT_FAILED';
  if (read.kind === 'run' && read.report !== undefined && !unwritable) await keepReport(read.report, ending);
  return exitCodeOf(ending);
}

type Run = Extract<Invocation, { readonly kind: 'run' }>;
type Read = Invocation | { readonly kind: 'failed'; readonly ending: Ending; readonly output: OutputFormat };

function readOrFail(args: readonly string[]): Read {
  try {
    return readArgv(args, VERSION);
  } catch (thrown) {
    const ending = failureOf(asKubestairError(thrown), undefined);
    return { kind: 'failed', ending, output: wantsJson(args) ? 'json' : 'text' };
  }
}

async function runRequest({ request, report: file }: Run): Promise<Ending> {
  try {
    if (file !== undefined) await prepareReport(file);
  } catch (thrown) {
    return failureOf(asKubestairError(thrown), request.command);
  }
  const log = terminalLog(process.stderr, systemClock, request.verbose);
  const tempDir = await makePrivateDirectory(socketRoot(process.env));
  const next = resumeHint(request);
  const signal = abortWhenAskedToStop({
    next,
    onFirst: (name) => log.warn(`${name}: stopping where it is safe. Once more stops at once. ${next}`),
    onAgain: () => {
      rmSync(tempDir, { recursive: true, force: true });
      process.exit(4);
    },
  });
  try {
    const { env } = process;
    const ask = terminalPrompt(process.stdin, process.stderr);
    const io = {
      log,
      clock: systemClock,
      signal,
      env,
      cwd: process.cwd(),
      tool: TOOL,
      tempDir,
      random: randomBytes,
      ...(ask !== undefined && { ask }),
    };
    return await execute(run, request, io);
  } finally {
    await removeDirectory(tempDir);
  }
}

async function keepReport(file: string, ending: Ending): Promise<void> {
  const log = terminalLog(process.stderr, systemClock, false);
  if (await writeReport(file, ending, { clock: systemClock, log, tool: TOOL })) log.info(`Report: ${file}`);
}

async function report(ending: Ending, output: OutputFormat): Promise<void> {
  await writeOut(rendered(ending, output));
  const { problem } = ending.outcome;
  if (problem !== undefined) process.stderr.write(`${problemText(problem, paintFor(process.stderr))}\n`);
}

function rendered(ending: Ending, output: OutputFormat): string {
  switch (output) {
    case 'json':
      return resultDocument(ending, TOOL);
    case 'markdown':
      return ending.command === 'failure' ? '' : markdown(ending, SUMMARY_LIMIT);
    case 'text': {
      const text = terminalText(ending, paintFor(process.stdout));
      return text === '' ? '' : `${text}\n`;
    }
  }
}

// Waits until all of it is out, since the process exits next; a reader that went away, as `| head` does, is no error.
async function writeOut(text: string): Promise<void> {
  if (text === '') return;
  await new Promise<void>((resolve) => {
    process.stdout.once('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}
