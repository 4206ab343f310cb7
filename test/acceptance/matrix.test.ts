import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeWorkspace, runCli, runStep, type Workspace } from './runner.ts';
import { goodFile } from './samples.ts';

const exec = promisify(execFile);
let workspace: Workspace;

/** A repository with three clusters in two waves, one of which has its version in another file. */
beforeEach(async () => {
  workspace = await makeWorkspace();
  await workspace.write('clusters/prod.yaml', goodFile);
  await workspace.write('clusters/canary.yaml', goodFile.replace('name: prod', 'name: canary\n  wave: 1'));
  const far = goodFile
    .replace('name: prod', 'name: far')
    .replace('version: v1.36.3', 'versionFrom: { file: ../VERSION }');
  await workspace.write('clusters/far.yaml', far);
  await workspace.write('clusters/kustomization.yaml', 'kind: Kustomization\n');
  await workspace.write('VERSION', 'v1.36.3\n');
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'a');
});

afterEach(() => workspace[Symbol.asyncDispose]());

async function git(...args: readonly string[]): Promise<void> {
  await exec('git', [...args], { cwd: workspace.path });
}

async function matrix(...args: readonly string[]) {
  const ended = await runCli(workspace, ['matrix', '-f', 'clusters/*.yaml', ...args]);
  return { ...ended, json: ended.code === 0 ? JSON.parse(ended.stdout) : undefined };
}

describe('kubestair matrix', () => {
  test('has every cluster of a glob, in waves, and no other files', async () => {
    const { json } = await matrix();
    expect(json.waves).toEqual([
      { include: [{ cluster: 'canary', file: 'clusters/canary.yaml', wave: 1 }] },
      {
        include: [
          { cluster: 'far', file: 'clusters/far.yaml' },
          { cluster: 'prod', file: 'clusters/prod.yaml' },
        ],
      },
    ]);
  });

  test('has those that a change touches, itself or its version', async () => {
    await workspace.write('clusters/prod.yaml', goodFile.replace('v1.36.3', 'v1.36.4'));
    await workspace.write('VERSION', 'v1.36.4\n');
    const { json } = await matrix('--base', 'main');
    expect(json.matrix.include.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['far', 'prod']);
  });

  test('has a job for a file that is broken', async () => {
    await workspace.write('clusters/prod.yaml', goodFile.replace('  version', '  verson'));
    const { json, stderr } = await matrix('--changed', 'clusters/prod.yaml');
    expect(json.matrix.include).toEqual([{ cluster: 'prod', file: 'clusters/prod.yaml' }]);
    expect(stderr).toContain('clusters/prod.yaml cannot be read as a cluster file');
  });

  test('is empty where nothing of it changed', async () => {
    expect((await matrix('--base', 'HEAD')).json).toEqual({ matrix: { include: [] }, waves: [] });
  });

  test('refuses a base that git does not know', async () => {
    const { code, stderr } = await matrix('--base', '--upload-pack=evil');
    expect(code).toBe(2);
    expect(stderr).toContain('error[HISTORY_UNKNOWN]');
  });

  test('sets outputs as an Action', async () => {
    const { outputs } = await runStep(workspace, 'main.js', {
      inputs: { command: 'matrix', file: 'clusters/*.yaml' },
    });
    expect(outputs).toMatchObject({ clusters: '3', outcome: 'ready' });
    expect(JSON.parse(outputs.waves ?? '')).toHaveLength(2);
    expect(JSON.parse(outputs.matrix ?? '').include).toHaveLength(3);
  });
});
