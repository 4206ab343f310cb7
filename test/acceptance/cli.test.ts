import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeWorkspace, runCli, type Workspace } from './runner.ts';
import { goodFile, startSilentServer, syntaxError, unknownKey } from './samples.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await makeWorkspace();
});

afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

describe('bad input ends with exit code 2, its code, its place and what to do', () => {
  test.each([
    ['a syntax error', syntaxError, 'CONFIG_SYNTAX', /--> clusters\/prod\.yaml:\d+:\d+/],
    ['an unknown key', unknownKey, 'CONFIG_UNKNOWN_KEY', /--> clusters\/prod\.yaml:6:3/],
    [
      'a version that is none',
      goodFile.replace('v1.36.3', 'v1.36.x'),
      'VERSION_INVALID',
      /--> clusters\/prod\.yaml:6:12/,
    ],
    [
      'another provider',
      goodFile.replace('kubeadm', 'kops'),
      'CONFIG_INVALID',
      /--> clusters\/prod\.yaml:7:13/,
    ],
  ])('%s', async (_what, content, code, place) => {
    await workspace.write('clusters/prod.yaml', content);
    const ended = await runCli(workspace, ['plan', '-f', 'clusters/prod.yaml']);
    expect(ended.stderr).toContain(`error[${code}]: `);
    expect(ended.stderr).toMatch(place);
    expect(ended.stderr).toMatch(/^ {2}next: \S/m);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });

  test('a mistyped key is told with the key that was meant', async () => {
    await workspace.write('clusters/prod.yaml', unknownKey);
    const { stderr } = await runCli(workspace, ['plan', '-f', 'clusters/prod.yaml']);
    expect(stderr).toMatch(/"verson".*did you mean "version"\?/);
  });

  test.each([
    ['a missing file', ['plan', '-f', 'clusters/prod.yaml'], 'CONFIG_NOT_FOUND', ''],
    ['a bad flag', ['plan', '--fil', 'a'], 'INPUT_INVALID', 'Did you mean --file?'],
    ['an unknown command', ['upgade'], 'INPUT_INVALID', 'Did you mean upgrade?'],
    ['no file', ['status'], 'INPUT_INVALID', '--file is missing'],
    ['a bad format', ['plan', '-f', 'a', '-o', 'yaml'], 'INPUT_INVALID', 'text, json, markdown'],
    [
      'a target that is no version',
      ['drill', '-f', 'good.yaml', '--target', '1.x'],
      'VERSION_INVALID',
      '1.x',
    ],
    [
      'a target for a verification',
      ['verify', '-f', 'a', '--target', 'v1.36.3'],
      'INPUT_INVALID',
      "Unknown option '--target'",
    ],
    [
      'a dry run of a drill',
      ['drill', '-f', 'a', '--dry-run'],
      'INPUT_INVALID',
      "Unknown option '--dry-run'",
    ],
    ['a missing kubeconfig', ['plan', '-f', 'good.yaml', '--kubeconfig', 'nope'], 'KUBE_CONFIG', 'nope'],
  ])('%s', async (_what, args, code, text) => {
    await workspace.write('good.yaml', goodFile);
    const ended = await runCli(workspace, args);
    expect(ended.stderr).toContain(`error[${code}]: `);
    expect(ended.stderr).toContain(text);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });
});

test.each([
  ['bad input', ['plan', '-f', 'nope.yaml', '--output', 'json'], 'plan', 'CONFIG_NOT_FOUND'],
  ['a bad flag', ['upgrade', '--fil', 'x', '-o', 'json'], null, 'INPUT_INVALID'],
])('with --output json, standard output is one document also for %s', async (_what, args, command, code) => {
  const ended = await runCli(workspace, args);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    format: 'kubestair.dev/result/v1',
    command,
    exitCode: 2,
    outcome: { state: 'failed', problem: { code } },
  });
  expect(ended.code).toBe(2);
});

test('help and version go to standard output', async () => {
  const version = await runCli(workspace, ['--version']);
  expect(version).toMatchObject({ code: 0, stderr: '' });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = await runCli(workspace, []);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: kubestair');
});

test('no colours where nobody looks on', async () => {
  const { stderr } = await runCli(workspace, ['plan', '-f', 'nope.yaml']);
  expect(stderr).not.toContain('\u001b');
});

describe('asked to stop', () => {
  test('the first signal ends the run in time, with the command to start again', async () => {
    await using server = await startSilentServer();
    await workspace.write('prod.yaml', goodFile);
    await workspace.write('kubeconfig', server.kubeconfig);
    let asked = 0;
    const ended = await runCli(
      workspace,
      ['status', '-f', 'prod.yaml', '--kubeconfig', 'kubeconfig'],
      (child) => {
        server.connected.then(() => {
          asked = Date.now();
          child.kill('SIGINT');
        });
      },
    );
    expect(ended.code).toBe(4);
    expect(Date.now() - asked).toBeLessThan(7_000);
    expect(ended.stderr).toContain('error[INTERRUPTED]: ');
    expect(ended.stderr).toContain('kubestair status -f prod.yaml');
  });

  test('the second one ends it at once', async () => {
    await using server = await startSilentServer();
    await workspace.write('prod.yaml', goodFile);
    await workspace.write('kubeconfig', server.kubeconfig);
    const ended = await runCli(
      workspace,
      ['status', '-f', 'prod.yaml', '--kubeconfig', 'kubeconfig'],
      (child) => {
        server.connected.then(() => {
          child.kill('SIGINT');
          child.kill('SIGTERM');
        });
      },
    );
    expect(ended.code).toBe(4);
    expect(ended.stderr).not.toContain('error[INTERRUPTED]');
  });
});
