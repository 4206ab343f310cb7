import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OUTPUTS } from '../../src/request/contract/outputs.ts';
import { makeWorkspace, runStep, type StepEnded, type Workspace } from './runner.ts';
import { goodFile, startSilentServer, syntaxError, unknownKey } from './samples.ts';

const key = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ
QyNTUxOQAAACBvZm5vdGhpbmdhdGFsbAAAAJh1c2VsZXNz
-----END OPENSSH PRIVATE KEY-----`;

let workspace: Workspace;

beforeEach(async () => {
  workspace = await makeWorkspace();
});

afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

describe('bad input fails the step, with an annotation where it is', () => {
  test.each([
    [
      'a syntax error',
      syntaxError,
      'CONFIG_SYNTAX',
      /^::error title=CONFIG_SYNTAX,file=clusters\/prod\.yaml,line=\d+,col=\d+::/m,
    ],
    [
      'an unknown key',
      unknownKey,
      'CONFIG_UNKNOWN_KEY',
      /^::error title=CONFIG_UNKNOWN_KEY,file=clusters\/prod\.yaml,line=6,col=3::.*did you mean "version"\?/m,
    ],
  ])('%s', async (_what, content, reason, annotation) => {
    await workspace.write('clusters/prod.yaml', content);
    const ended = await runStep(workspace, 'main.js', {
      inputs: { command: 'plan', file: 'clusters/prod.yaml' },
    });
    expect(ended.code).toBe(2);
    expect(ended.stdout).toMatch(annotation);
    expect(ended.outputs).toMatchObject({ outcome: 'failed', reason, 'exit-code': '2' });
    expect(ended.summary).toContain(`**\`${reason}\`**`);
  });

  test.each([
    ['no command', {}, 'Input command is missing.'],
    ['no file', { command: 'plan' }, 'Input file is missing.'],
    ['an unknown command', { command: 'destroy', file: 'a' }, 'is not a command'],
    [
      'a public key',
      { command: 'plan', file: 'a', 'ssh-private-key': 'ssh-ed25519 AAAAC3Nz' },
      'not a private key',
    ],
    ['a missing file', { command: 'plan', file: 'nope.yaml' }, 'does not exist'],
  ])('%s', async (_what, inputs, message) => {
    const ended = await runStep(workspace, 'main.js', { inputs });
    expect(ended.code).toBe(2);
    expect(ended.stdout).toMatch(/^::error title=(INPUT_INVALID|CONFIG_NOT_FOUND)/m);
    expect(ended.stdout).toContain(message);
  });
});

test('every declared output is set, and the files that two of them name are there', async () => {
  const ended = await runStep(workspace, 'main.js', { inputs: { command: 'plan', file: 'nope.yaml' } });
  expect(Object.keys(ended.outputs).sort()).toEqual(Object.keys(OUTPUTS).sort());
  const result = JSON.parse(await readFile(ended.outputs['result-file'] ?? '', 'utf8'));
  expect(result).toMatchObject({ format: 'kubestair.dev/result/v1', command: 'plan', exitCode: 2 });
  expect(await readFile(ended.outputs['summary-file'] ?? '', 'utf8')).toBe(ended.summary);
});

test('secrets are masked before anything else is printed, and never printed', async () => {
  await using server = await startSilentServer();
  const inputs = {
    command: 'plan',
    file: 'nope.yaml',
    'ssh-private-key': key,
    kubeconfig: server.kubeconfig,
  };
  const { stdout, stderr } = await runStep(workspace, 'main.js', { inputs });
  const lines = stdout.split('\n');
  const masks = lines.filter((line) => line.startsWith('::add-mask::'));
  expect(lines.slice(0, masks.length)).toEqual(masks);
  for (const secret of [...key.split('\n'), 's3cret-token-of-the-admin']) {
    expect(masks).toContain(`::add-mask::${secret}`);
    expect(lines.slice(masks.length).join('\n')).not.toContain(secret);
    expect(stderr).not.toContain(secret);
  }
  expect(masks.join('\n')).not.toContain('127.0.0.1');
});

test('after a run nothing of a key is left', async () => {
  const inputs = { command: 'plan', file: 'nope.yaml', 'ssh-private-key': key };
  const ended = await runStep(workspace, 'main.js', { inputs });
  expect(ended.state).toMatchObject({ finished: 'true' });
  expect(await textOf(workspace.temp)).not.toContain('b3BlbnNzaC1r');
  for (const name of ['key-directory', 'temp-directory'])
    expect(existsSync(ended.state[name] ?? '/')).toBe(false);
});

describe('cut off', () => {
  /** Starts a run that waits for an API server and does something to it as soon as it does. */
  async function waitingRun(
    act: (kill: (signal: NodeJS.Signals) => void, state: StepEnded['state']) => void,
  ) {
    await using server = await startSilentServer();
    await workspace.write('clusters/prod.yaml', goodFile);
    const inputs = {
      command: 'upgrade',
      file: 'clusters/prod.yaml',
      'ssh-private-key': key,
      kubeconfig: server.kubeconfig,
    };
    // Awaited here: the server goes away with this function.
    return await runStep(workspace, 'main.js', { inputs }, (child, readState) => {
      server.connected.then(readState).then((state) => act((signal) => child.kill(signal), state));
    });
  }

  test.each([
    { signals: ['SIGINT'] },
    { signals: ['SIGTERM'] },
    // A runner that is in a hurry, or a second person.
    { signals: ['SIGINT', 'SIGTERM'] },
  ] as const)(
    'by a cancelled job ($signals): interrupted, reported and with the command to go on, within 7 seconds',
    async ({ signals }) => {
      let asked = 0;
      const ended = await waitingRun((kill) => {
        asked = Date.now();
        for (const signal of signals) kill(signal);
      });
      expect(Date.now() - asked).toBeLessThan(7_000);
      expect(ended.code).toBe(4);
      expect(ended.outputs).toMatchObject({
        outcome: 'interrupted',
        reason: 'INTERRUPTED',
        'exit-code': '4',
      });
      expect(ended.stdout).toContain('kubestair upgrade -f clusters/prod.yaml');
      expect(ended.summary).toContain('INTERRUPTED');
      expect(existsSync(ended.state['key-directory'] ?? '/')).toBe(false);
    },
  );

  test('by SIGKILL: post shreds the key and tells that the run was cut off', async () => {
    let kept = '';
    const main = await waitingRun((kill, state) => {
      readFile(join(state['key-directory'] ?? '', 'identity'), 'utf8').then((text) => {
        kept = text;
        kill('SIGKILL');
      });
    });
    expect(main.signal).toBe('SIGKILL');
    // The test means something only if the key was there.
    expect(kept).toBe(`${key}\n`);
    expect(existsSync(main.state['key-directory'] ?? '')).toBe(true);

    const post = await runStep(workspace, 'post.js', { state: main.state });
    expect(post.code).toBe(0);
    expect(existsSync(main.state['key-directory'] ?? '/')).toBe(false);
    expect(existsSync(main.state['temp-directory'] ?? '/')).toBe(false);
    expect(post.stdout).toMatch(/^::warning title=INTERRUPTED/m);
    expect(post.summary).toContain('Interrupted');
  });
});

test('post says nothing after a run that reported', async () => {
  const main = await runStep(workspace, 'main.js', { inputs: { command: 'plan', file: 'nope.yaml' } });
  const post = await runStep(workspace, 'post.js', { state: main.state });
  expect(post).toMatchObject({ code: 0, stdout: '', stderr: '', summary: '' });
});

test('post says nothing after inputs that never became a run', async () => {
  const main = await runStep(workspace, 'main.js', {});
  const post = await runStep(workspace, 'post.js', { state: main.state });
  expect(post).toMatchObject({ code: 0, stdout: '', summary: '' });
});

/** All text below a directory. */
async function textOf(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}
