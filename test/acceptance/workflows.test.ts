import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type GitHubStandIn, startGitHub } from '../contract/support/github.ts';
import { toolPart } from '../lab/parts/catalog.ts';
import { ensurePart } from '../lab/parts/parts.ts';
import {
  type ExampleRepository,
  exampleRepository,
  runWorkflow,
  type WorkflowEnded,
} from '../lab/support/act.ts';
import { goodFile } from './samples.ts';

/** The example workflow for pull requests as it stands, run by act, before a GitHub that knows GitHub's own description. */
const base = 'b'.repeat(40);
const file = 'clusters/prod.yaml';
let github: GitHubStandIn;
let repository: ExampleRepository;

beforeAll(async () => {
  await ensurePart(toolPart('act'), () => undefined);
}, 600_000);

beforeEach(async () => {
  github = await startGitHub();
  repository = await exampleRepository({ [file]: goodFile });
}, 60_000);

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await repository[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
});

const pullRequest = (head: string): Promise<WorkflowEnded> =>
  runWorkflow(repository, {
    workflow: 'plan-on-pull-request.yml',
    event: 'pull_request',
    secrets: { GITHUB_TOKEN: github.token },
    env: { GITHUB_API_URL: github.url },
    payload: {
      action: 'opened',
      number: 7,
      pull_request: {
        number: 7,
        head: { ref: 'next', sha: github.head, repo: { full_name: head } },
        base: { ref: 'main', sha: base, repo: { full_name: 'acme/clusters' } },
      },
    },
  });

test('a pull request from a fork gets one comment, made from the files alone, and a job that fails', async () => {
  github.files.push({ filename: file, status: 'modified' });
  github.texts.set(`${base}:${file}`, goodFile.replace('v1.36.3', 'v1.35.4'));
  const ended = await pullRequest('mallory/clusters');
  expect(ended.code).not.toBe(0);
  expect(ended.outputs).toMatchObject({
    'matrix/clusters': '1',
    '1/verdict': 'unknown',
    '1/reason': 'PLAN_OFFLINE',
  });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('No cluster was asked, and nobody may approve it');
  expect(github.comments[0]?.body).toContain('Path: `v1.35.4` → `v1.36.3`');
  await pullRequest('mallory/clusters');
  expect(github.comments).toHaveLength(1);
}, 240_000);

test('a pull request that changes no cluster plans nothing', async () => {
  github.files.push({ filename: 'README.md', status: 'modified' });
  const ended = await pullRequest('acme/clusters');
  expect(ended.code).toBe(0);
  expect(ended.outputs).toMatchObject({ 'matrix/clusters': '0' });
  expect(github.comments).toEqual([]);
}, 120_000);

test('a branch of the repository whose cluster does not answer is told so, in the comment too', async () => {
  github.files.push({ filename: file, status: 'modified' });
  const ended = await pullRequest('acme/clusters');
  expect(ended.code).not.toBe(0);
  expect(ended.outputs).toMatchObject({ '1/outcome': 'failed', '1/exit-code': '2' });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(/KUBE_(CONFIG|UNREACHABLE)/);
}, 120_000);
