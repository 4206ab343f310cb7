import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  actionsLog,
  addSummary,
  annotate,
  maskSecret,
  readEvent,
  readInput,
  saveState,
  setOutputs,
} from './adapters/actions.ts';
import { systemClock } from './adapters/clock.ts';
import { openGitHub } from './adapters/github.ts';
import { makePrivateDirectory, shred, socketRoot, writePrivateFile } from './adapters/private-files.ts';
import { abortWhenAskedToStop } from './adapters/signals.ts';
import { asKubestairError } from './errors.ts';
import { execute } from './execute.ts';
import type { Forge } from './ports/forge.ts';
import type { Log } from './ports/log.ts';
import { publish } from './publish.ts';
import { annotationsOf } from './report/annotations.ts';
import { IDENTITY_FILE, resumeHint } from './report/commands.ts';
import { resultDocument } from './report/document.ts';
import { type Ending, exitCodeOf, failureOf } from './report/ending.ts';
import { COMMENT_LIMIT, markdown, SUMMARY_LIMIT } from './report/markdown/markdown.ts';
import { outputsOf } from './report/outputs.ts';
import { plain } from './report/terminal/paint.ts';
import { problemText } from './report/terminal/problem.ts';
import { terminalText } from './report/terminal/terminal.ts';
import { prepareReport, writeReport } from './report-file.ts';
import type { CommentMode } from './request/contract/run-settings.ts';
import { readContext } from './request/event.ts';
import {
  checkMaterials,
  type Materials,
  readCommentMode,
  readInputs,
  readMaterials,
  readReportPath,
} from './request/read-inputs.ts';
import type { AccessOverrides, Request } from './request/request.ts';
import { secretsOf } from './request/secrets.ts';
import { run } from './run.ts';
import { TOOL } from './version.ts';

const temp = process.env.RUNNER_TEMP || tmpdir();

const context = readContext(process.env, await readEvent());
const acted = await act();
await report(acted);
saveState('finished', 'true');
// Connections that a cut-off run left open must not keep the job waiting.
process.exit(exitCodeOf(acted.ending));

/** How the run ended, and what its report needs to know of how it was asked for. */
interface Acted {
  readonly ending: Ending;
  readonly file?: string;
  readonly comment: CommentMode;
  /** Where the report goes, if that was said. */
  readonly reportFile?: string;
  readonly forge?: Forge;
}

async function act(): Promise<Acted> {
  const materials = readMaterials(readInput);
  secretsOf(materials).forEach(maskSecret);
  let request: Request;
  let comment: CommentMode;
  const reportFile = readReportPath(readInput);
  try {
    request = readInputs(readInput);
    comment = readCommentMode(readInput);
    checkMaterials(materials);
    if (reportFile !== undefined) await prepareReport(reportFile);
  } catch (thrown) {
    return { ending: failureOf(asKubestairError(thrown), undefined), comment: 'never' };
  }
  const log = actionsLog(systemClock, request.verbose);
  const forge = forgeOf(materials, log);
  const ending = await runWith(offlineForForks(request), materials, forge);
  return {
    ending,
    file: request.file,
    comment,
    ...(reportFile !== undefined && { reportFile }),
    ...(forge !== undefined && { forge }),
  };
}

/** A stranger's change leads to no cluster, whatever the runner could reach. */
function offlineForForks(request: Request): Request {
  if (request.command !== 'plan' || request.against !== undefined) return request;
  return context?.pullRequest?.fromFork === true ? { ...request, offline: true } : request;
}

function forgeOf({ githubToken }: Materials, log: Log): Forge | undefined {
  if (context?.pullRequest === undefined || githubToken === undefined) return undefined;
  const { apiUrl, repository } = context;
  return openGitHub({ token: githubToken, apiUrl, repository, userAgent: TOOL }, { clock: systemClock, log });
}

async function runWith(request: Request, materials: Materials, forge: Forge | undefined): Promise<Ending> {
  const log = actionsLog(systemClock, request.verbose);
  const next = resumeHint({ ...request, access: accessFromInputs(materials) });
  const signal = abortWhenAskedToStop({
    next,
    onFirst: (name) => log.warn(`${name}: stopping where it is safe. ${next}`),
    onAgain: () => {},
  });
  const keyDirectory = await makePrivateDirectory(temp);
  saveState('key-directory', keyDirectory);
  const tempDir = await makePrivateDirectory(socketRoot(process.env));
  saveState('temp-directory', tempDir);
  try {
    const access = await writeMaterials(materials, keyDirectory);
    const { env } = process;
    const pullRequest = context?.pullRequest;
    const io = {
      log,
      clock: systemClock,
      signal,
      env,
      cwd: process.cwd(),
      tool: TOOL,
      tempDir,
      random: randomBytes,
      ...(pullRequest !== undefined && forge !== undefined && { pullRequest: { ...pullRequest, forge } }),
    };
    return await execute(run, { ...request, access }, io);
  } finally {
    await shred(keyDirectory);
    await shred(tempDir);
  }
}

/** What is said of the files before there are any. */
function accessFromInputs({ ageIdentity }: Materials): AccessOverrides {
  return { fromInputs: true, ...(ageIdentity !== undefined && { ageIdentityFile: IDENTITY_FILE }) };
}

async function writeMaterials(materials: Materials, directory: string): Promise<AccessOverrides> {
  const { sshPrivateKey, sshKnownHosts, kubeconfig, ageIdentity } = materials;
  return {
    fromInputs: true,
    ...(sshPrivateKey !== undefined && {
      sshIdentityFile: await writePrivateFile(join(directory, 'identity'), sshPrivateKey),
    }),
    ...(sshKnownHosts !== undefined && {
      sshKnownHostsFile: await writePrivateFile(join(directory, 'known_hosts'), sshKnownHosts),
    }),
    ...(kubeconfig !== undefined && {
      kubeconfigFile: await writePrivateFile(join(directory, 'kubeconfig'), kubeconfig),
    }),
    ...(ageIdentity !== undefined && {
      ageIdentityFile: await writePrivateFile(join(directory, 'age-identity'), ageIdentity),
    }),
  };
}

async function report({ ending, file, comment, reportFile, forge }: Acted): Promise<void> {
  const log = actionsLog(systemClock, false);
  const text = terminalText(ending, plain);
  if (text !== '') log.info(text);
  const directory = await mkdtemp(join(temp, 'kubestair-report-'));
  const page = reportFile ?? join(directory, 'report.html');
  const written = await writeReport(page, ending, { clock: systemClock, log, tool: TOOL });
  const files = {
    result: join(directory, 'result.json'),
    summary: join(directory, 'summary.md'),
    report: written ? resolve(page) : '',
  };
  await writeFile(files.result, resultDocument(ending, TOOL));
  await writeFile(files.summary, markdown(ending, COMMENT_LIMIT));
  setOutputs(outputsOf(ending, files));
  await addSummary(markdown(ending, SUMMARY_LIMIT));
  if (ending.outcome.problem !== undefined) log.info(problemText(ending.outcome.problem, plain));
  for (const annotation of annotationsOf(ending)) annotate(annotation, process.cwd());
  const url = await publish({
    ending,
    file,
    mode: comment,
    forge,
    context,
    clock: systemClock,
    log,
  });
  if (url !== undefined) setOutputs({ 'comment-url': url });
}
