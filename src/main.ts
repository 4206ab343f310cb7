import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  actionsLog,
  addSummary,
  annotate,
  maskSecret,
  readInput,
  saveState,
  setOutputs,
} from './adapters/actions.ts';
import { systemClock } from './adapters/clock.ts';
import { makePrivateDirectory, shred, socketRoot, writePrivateFile } from './adapters/private-files.ts';
import { abortWhenAskedToStop } from './adapters/signals.ts';
import { asKubestairError } from './errors.ts';
import { execute } from './execute.ts';
import { annotationsOf } from './report/annotations.ts';
import { resumeHint } from './report/commands.ts';
import { resultDocument } from './report/document.ts';
import { type Ending, exitCodeOf, failureOf } from './report/ending.ts';
import { COMMENT_LIMIT, markdown, SUMMARY_LIMIT } from './report/markdown/markdown.ts';
import { outputsOf } from './report/outputs.ts';
import { plain } from './report/terminal/paint.ts';
import { problemText } from './report/terminal/problem.ts';
import { terminalText } from './report/terminal/terminal.ts';
import { checkMaterials, type Materials, readInputs, readMaterials } from './request/read-inputs.ts';
import type { AccessOverrides, Request } from './request/request.ts';
import { secretsOf } from './request/secrets.ts';
import { run } from './run.ts';
import { TOOL } from './version.ts';

const temp = process.env.RUNNER_TEMP || tmpdir();

const ending = await act();
await report(ending);
saveState('finished', 'true');
// Connections that a cut-off run left open must not keep the job waiting.
process.exit(exitCodeOf(ending));

async function act(): Promise<Ending> {
  const materials = readMaterials(readInput);
  secretsOf(materials).forEach(maskSecret);
  let request: Request;
  try {
    request = readInputs(readInput);
    checkMaterials(materials);
  } catch (thrown) {
    return failureOf(asKubestairError(thrown), undefined);
  }
  return runWith(request, materials);
}

async function runWith(request: Request, materials: Materials): Promise<Ending> {
  const log = actionsLog(systemClock, request.verbose);
  const next = resumeHint(request);
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
    const io = {
      log,
      clock: systemClock,
      signal,
      env,
      cwd: process.cwd(),
      tool: TOOL,
      tempDir,
      random: randomBytes,
    };
    return await execute(run, { ...request, access }, io);
  } finally {
    await shred(keyDirectory);
    await shred(tempDir);
  }
}

async function writeMaterials(materials: Materials, directory: string): Promise<AccessOverrides> {
  const { sshPrivateKey, sshKnownHosts, kubeconfig } = materials;
  return {
    ...(sshPrivateKey !== undefined && {
      sshIdentityFile: await writePrivateFile(join(directory, 'identity'), sshPrivateKey),
    }),
    ...(sshKnownHosts !== undefined && {
      sshKnownHostsFile: await writePrivateFile(join(directory, 'known_hosts'), sshKnownHosts),
    }),
    ...(kubeconfig !== undefined && {
      kubeconfigFile: await writePrivateFile(join(directory, 'kubeconfig'), kubeconfig),
    }),
  };
}

async function report(ending: Ending): Promise<void> {
  const log = actionsLog(systemClock, false);
  const text = terminalText(ending, plain);
  if (text !== '') log.info(text);
  const directory = await mkdtemp(join(temp, 'kubestair-report-'));
  const files = { result: join(directory, 'result.json'), summary: join(directory, 'summary.md') };
  await writeFile(files.result, resultDocument(ending, TOOL));
  await writeFile(files.summary, markdown(ending, COMMENT_LIMIT));
  setOutputs(outputsOf(ending, files));
  await addSummary(markdown(ending, SUMMARY_LIMIT));
  if (ending.outcome.problem !== undefined) log.info(problemText(ending.outcome.problem, plain));
  for (const annotation of annotationsOf(ending)) annotate(annotation, process.cwd());
}
