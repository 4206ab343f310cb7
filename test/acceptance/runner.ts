import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isResultDocument, requireDocument } from '../support/documents.ts';

/** What the built programs are started in: a workspace and the files that the runner hands to a step. */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
  readonly temp: string;
  write(name: string, content: string): Promise<string>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StepEnded extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

const dist = new URL('../../dist/', import.meta.url);

export async function makeWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'acceptance-'));
  const path = join(root, 'workspace');
  const temp = join(root, 'temp');
  await mkdir(path);
  await mkdir(temp);
  return {
    path,
    temp,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, content);
      return name;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** Starts dist/cli.js; nothing of this process's environment but PATH and HOME goes with it. */
export async function runCli(
  workspace: Workspace,
  args: readonly string[],
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const ended = await start(workspace, 'cli.js', args, {}, onStart);
  if (isResultDocument(args, ended.stdout)) requireDocument('result', ended.stdout);
  return ended;
}

/** Starts dist/main.js or dist/post.js as the runner does: inputs and state as variables, everything back through files. */
export async function runStep(
  workspace: Workspace,
  program: 'main.js' | 'post.js',
  values: {
    readonly inputs?: Readonly<Record<string, string>>;
    readonly state?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  },
  onStart: (child: ChildProcess, readState: () => Promise<StepEnded['state']>) => void = () => {},
): Promise<StepEnded> {
  const directory = await mkdtemp(join(workspace.temp, 'commands-'));
  const file = async (name: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, '');
    return path;
  };
  const files = {
    GITHUB_OUTPUT: await file('output'),
    GITHUB_STATE: await file('state'),
    GITHUB_STEP_SUMMARY: await file('summary'),
  };
  const env = {
    ...files,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace.path,
    RUNNER_TEMP: workspace.temp,
    ...prefixed('INPUT_', values.inputs ?? {}, (name) => name.replaceAll(' ', '_').toUpperCase()),
    ...prefixed('STATE_', values.state ?? {}, (name) => name),
    ...values.env,
  };
  const readState = async () => readFileCommands(await readFile(files.GITHUB_STATE, 'utf8'));
  const ended = await start(workspace, program, [], env, (child) => onStart(child, readState));
  const outputs = readFileCommands(await readFile(files.GITHUB_OUTPUT, 'utf8'));
  const document = outputs['result-file'];
  if (document !== undefined) requireDocument('result', await readFile(document, 'utf8'));
  return {
    ...ended,
    outputs,
    state: await readState(),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

async function start(
  workspace: Workspace,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onStart: (child: ChildProcess) => void,
): Promise<Ended> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [new URL(program, dist).pathname, ...args], {
    cwd: workspace.path,
    env: { PATH, HOME: workspace.path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  onStart(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr() }));
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
  rename: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + rename(name), value]));
}

/** Reads `name<<delimiter`, lines, `delimiter`, as the runner does. */
function readFileCommands(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const [name, delimiter] = (lines.shift() ?? '').split('<<');
    if (name === undefined || delimiter === undefined) continue;
    const value = lines.splice(0, lines.indexOf(delimiter));
    lines.shift();
    values[name] = value.join('\n');
  }
  return values;
}
