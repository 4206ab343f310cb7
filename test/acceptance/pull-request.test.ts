import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GitHubStandIn, startGitHub } from '../contract/support/github.ts';
import { savedObservation } from './observation.ts';
import { makeWorkspace, runStep, type StepEnded, type Workspace } from './runner.ts';
import { goodFile } from './samples.ts';

/** The built Action on a pull request, as the runner starts it, before a GitHub that knows GitHub's own description. */
let workspace: Workspace;
let github: GitHubStandIn;

beforeEach(async () => {
  workspace = await makeWorkspace();
  github = await startGitHub();
  const { text } = await savedObservation();
  await workspace.write('observation.json', text);
  // GitHub's description is 12 MB.
}, 60_000);

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

async function plan(
  inputs: Readonly<Record<string, string>> = {},
  head = 'acme/clusters',
): Promise<StepEnded> {
  const event = {
    pull_request: {
      number: 7,
      head: { sha: github.head, repo: { full_name: head } },
      base: { sha: 'b'.repeat(40), repo: { full_name: 'acme/clusters' } },
    },
  };
  await workspace.write('event.json', JSON.stringify(event));
  return runStep(workspace, 'main.js', {
    inputs: { command: 'plan', against: 'observation.json', 'github-token': github.token, ...inputs },
    env: {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: `${workspace.path}/event.json`,
      GITHUB_REPOSITORY: 'acme/clusters',
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '42',
    },
  });
}

test('a plan becomes a comment, then the same comment again, an annotation at the version and outputs', async () => {
  const first = await plan();
  expect(first.code).toBe(0);
  expect(first.outputs).toMatchObject({
    outcome: 'ready',
    verdict: 'ready',
    'plan-hash': (await savedObservation()).hash,
    hops: '[{"from":"v1.35.4","to":"v1.36.3"}]',
    'disrupted-workloads': '1',
    'comment-url': 'https://github.com/acme/clusters/pull/7#issuecomment-1000',
  });
  expect(first.stdout).toMatch(
    /^::notice title=prod can go from v1\.35\.4 to v1\.36\.3,file=clusters\/prod\.yaml,line=5,col=12::/m,
  );
  const second = await plan();
  expect(second.stdout).toContain('Updated the comment on the pull request');
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('✅ `prod` can go from v1.35.4 to v1.36.3');
  expect(github.comments[0]?.body).toContain('https://github.com/acme/clusters/actions/runs/42');
});

test('the token is masked and in nothing that is written', async () => {
  const ended = await plan();
  expect(ended.stdout).toContain(`::add-mask::${github.token}`);
  const written = [ended.stdout.replaceAll(`::add-mask::${github.token}`, ''), ended.stderr, ended.summary];
  expect(written.join('\n') + JSON.stringify(ended.outputs)).not.toContain(github.token);
});

describe('a token that may not comment', () => {
  test('costs a warning and no more: the plan is in the summary', async () => {
    const message = 'Resource not accessible by integration';
    github.answer('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { status: 403, message });
    const ended = await plan();
    expect(ended.code).toBe(0);
    expect(ended.outputs).toMatchObject({ verdict: 'ready', 'comment-url': '' });
    expect(ended.stdout).toMatch(
      /^::warning::There is no comment on the pull request; the plan is in the summary\./m,
    );
    expect(ended.stdout).toContain('pull-requests: write');
    expect(ended.summary).toContain('can go from v1.35.4 to v1.36.3');
  });

  test('or is none at all', async () => {
    const ended = await plan({ 'github-token': '' });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('github-token is empty');
  });
});

test('comment: never asks GitHub for nothing', async () => {
  const ended = await plan({ comment: 'never' });
  expect(ended.code).toBe(0);
  expect(github.calls).toEqual([]);
});

test('a file that cannot be read is told in the comment too', async () => {
  await workspace.write('clusters/prod.yaml', 'apiVersion: kubestair.dev/v1\nkind: Cluster\n');
  const ended = await plan({ file: 'clusters/prod.yaml' });
  expect(ended.code).toBe(2);
  expect(github.comments[0]?.body).toContain('CONFIG_INVALID');
});

describe('a pull request from a fork', () => {
  const fork = 'mallory/clusters';
  const file = (version: string): string => goodFile.replace('v1.36.3', version);

  test('gets a plan from the files alone, which says so and cannot be approved', async () => {
    await workspace.write('clusters/prod.yaml', file('v1.36.3'));
    github.texts.set(`${'b'.repeat(40)}:clusters/prod.yaml`, file('v1.34.4'));
    const ended = await plan({ against: '', file: 'clusters/prod.yaml', kubeconfig: 'never: read' }, fork);
    expect(ended.code).toBe(3);
    expect(ended.outputs).toMatchObject({ verdict: 'unknown', reason: 'PLAN_OFFLINE', 'plan-hash': '' });
    expect(ended.summary).toContain('No cluster was asked, and nobody may approve it');
    expect(ended.summary).toContain('Path: `v1.34.4` → `v1.35.x` → `v1.36.3`');
    expect(ended.stdout).toMatch(/^::error title=PLAN_OFFLINE,file=clusters\/prod\.yaml,line=6/m);
  });

  test('cannot have files of the runner read', async () => {
    await workspace.write('../secret', 's3cret of the runner\n');
    await workspace.write(
      'clusters/prod.yaml',
      goodFile.replace('version: v1.36.3', 'versionFrom: { file: ../../secret }'),
    );
    const ended = await plan({ against: '', file: 'clusters/prod.yaml' }, fork);
    expect(ended.code).toBe(2);
    expect(ended.stdout + ended.summary).not.toContain('s3cret');
  });
});
