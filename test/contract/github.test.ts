import { afterEach, describe, expect, test } from 'vitest';
import { openGitHub } from '../../src/adapters/github.ts';
import { type CommentInput, keepComment } from '../../src/commands/comment.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { type CommentContext, commentBody } from '../../src/report/comment.ts';
import { blocked, donePlan, planned, source } from '../unit/report/samples.ts';
import { type GitHubOptions, type GitHubStandIn, startGitHub } from './support/github.ts';

/** Waits take no time here, but are counted. */
function clockOf(waits: number[]): Clock {
  return {
    now: () => new Date('2026-11-21T09:05:07Z'),
    monotonic: () => 0,
    sleep: async (milliseconds) => void waits.push(milliseconds / 1000),
  };
}

const log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  mask: () => {},
  group: <T>(_title: string, work: () => Promise<T>) => work(),
  progress: () => {},
};

const context: CommentContext = {
  subject: { cluster: 'prod', file: 'clusters/prod.yaml' },
  commit: 'a'.repeat(40),
  at: '2026-11-21T09:05:07Z',
  runUrl: 'https://github.com/acme/clusters/actions/runs/1',
};

const input: CommentInput = { ending: planned, context, pullRequest: 7, evenIfNothing: false };
const add = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const edit = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const listing = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';

let github: GitHubStandIn;
let waits: number[];

async function start(options: GitHubOptions = {}, token?: string): Promise<Forge> {
  github = await startGitHub(options);
  waits = [];
  return openGitHub(
    {
      token: token ?? github.token,
      apiUrl: github.url,
      repository: 'acme/clusters',
      userAgent: 'kubestair/0.1.0',
    },
    { clock: clockOf(waits), log },
  );
}

afterEach(async () => {
  // What GitHub's own description does not know is a defect of the adapter or of the stand-in.
  expect(github.violations).toEqual([]);
  await github[Symbol.asyncDispose]();
});

function called(operation: string): number {
  return github.calls.filter((call) => call.operation === operation).length;
}

describe.each(['api.github.com', 'ghes-3.19'] as const)('%s: one comment for each cluster', (edition) => {
  test('is added once, then updated in place', async () => {
    const forge = await start({ edition });
    expect(await keepComment(forge, input)).toMatchObject({ state: 'added' });
    expect(await keepComment(forge, { ...input, ending: blocked })).toMatchObject({ state: 'updated' });
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('cannot go from');
  });

  test('is found behind pages of other comments', async () => {
    const forge = await start({ edition });
    for (let id = 1; id <= 250; id++)
      github.comments.push({ id, login: 'octocat', type: 'User', body: 'LGTM' });
    await keepComment(forge, input);
    await keepComment(forge, input);
    expect(github.comments).toHaveLength(251);
    expect(called(listing)).toBe(6);
  });
});

test('clusters do not share a comment', async () => {
  const forge = await start();
  const staging = { cluster: 'staging', file: 'clusters/staging.yaml' };
  await keepComment(forge, input);
  await keepComment(forge, { ...input, context: { ...context, subject: staging } });
  expect(github.comments).toHaveLength(2);
});

describe('comments of others', () => {
  test('a person who copies the marker gets no plan written under his name', async () => {
    const forge = await start();
    const fake = commentBody(planned, context);
    github.comments.push({ id: 1, login: 'mallory', type: 'User', body: fake });
    expect(await keepComment(forge, { ...input, ending: blocked })).toMatchObject({ state: 'added' });
    expect(github.comments[0]?.body).toBe(fake);
  });

  test("a person's token takes only that person's comments for its own", async () => {
    const forge = await start({ as: { login: 'ops', type: 'User' } });
    github.comments.push({ id: 1, login: 'other', type: 'User', body: commentBody(planned, context) });
    expect(await keepComment(forge, input)).toMatchObject({ state: 'added' });
    expect(await keepComment(forge, input)).toMatchObject({ state: 'updated' });
    expect(github.comments).toHaveLength(2);
  });
});

test('two comments of runs that raced become one', async () => {
  const forge = await start();
  for (const id of [1, 2, 3]) {
    github.comments.push({
      id,
      login: 'github-actions[bot]',
      type: 'Bot',
      body: commentBody(planned, context),
    });
  }
  await keepComment(forge, { ...input, ending: blocked });
  expect(github.comments.map(({ id }) => id)).toEqual([1]);
});

test('a run for an older commit leaves the comment alone', async () => {
  const forge = await start();
  github.head = 'b'.repeat(40);
  expect(await keepComment(forge, input)).toMatchObject({ state: 'skipped' });
  expect(github.comments).toEqual([]);
});

test('nothing to do is worth no new comment, but corrects an old one', async () => {
  const forge = await start();
  const nothing = {
    ...input,
    ending: { command: 'plan', outcome: { state: 'nothing-to-do' }, plan: donePlan, source } as const,
  };
  expect(await keepComment(forge, nothing)).toMatchObject({ state: 'skipped' });
  await keepComment(forge, input);
  expect(await keepComment(forge, nothing)).toMatchObject({ state: 'updated' });
  expect(github.comments[0]?.body).toContain('Nothing to do');
  expect(await keepComment(forge, { ...nothing, evenIfNothing: true })).toMatchObject({ state: 'updated' });
});

describe('when GitHub says no', () => {
  const forbidden = { status: 403, message: 'Resource not accessible by integration' };

  test('a token that may only read', async () => {
    const forge = await start();
    github.answer(add, forbidden);
    await expect(keepComment(forge, input)).rejects.toMatchObject({
      code: 'FORGE_REFUSED',
      message: expect.stringContaining('Resource not accessible by integration'),
      next: expect.stringContaining('pull-requests: write'),
    });
    expect(called(add)).toBe(1);
  });

  test('a token of nobody', async () => {
    const forge = await start({}, 'ghs_wrong');
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_REFUSED' });
  });

  test('a repository that the token does not see', async () => {
    const forge = await start();
    github.answer(add, { status: 404, message: 'Not Found' });
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_REFUSED' });
  });

  test('a body that it does not take', async () => {
    const forge = await start();
    github.answer(add, { status: 422, message: 'Validation Failed' });
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_FAILED' });
    expect(called(add)).toBe(1);
  });

  test('no error carries the token', async () => {
    const forge = await start();
    github.answer(add, forbidden);
    const error = await keepComment(forge, input).catch((thrown: Error) => thrown);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 8 })).not.toContain(github.token);
  });
});

describe('when GitHub asks for patience', () => {
  test('a secondary rate limit is waited out as long as it says', async () => {
    const forge = await start();
    const message = 'You have exceeded a secondary rate limit.';
    github.answer(add, { status: 403, message, headers: { 'retry-after': '17' } });
    expect(await keepComment(forge, input)).toMatchObject({ state: 'added' });
    expect(waits).toEqual([17]);
    expect(github.comments).toHaveLength(1);
  });

  test('one that does not say how long, a minute and then longer', async () => {
    const forge = await start();
    const limited = { status: 429, message: 'You have exceeded a secondary rate limit.' };
    github.answer(add, limited, limited);
    expect(await keepComment(forge, input)).toMatchObject({ state: 'added' });
    expect(waits).toEqual([60, 60]);
  });

  test('a primary rate limit that lasts an hour is not waited for', async () => {
    const forge = await start();
    const reset = String(Date.parse('2026-11-21T10:05:07Z') / 1000);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    github.answer(add, { status: 403, message: 'API rate limit exceeded', headers });
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_FAILED' });
    expect(waits).toEqual([]);
  });
});

describe('when GitHub fails', () => {
  const broken = { status: 502, message: 'Server Error' };

  test('reads and updates are tried again', async () => {
    const forge = await start();
    await keepComment(forge, input);
    github.answer(listing, broken);
    github.answer(edit, broken, broken);
    expect(await keepComment(forge, input)).toMatchObject({ state: 'updated' });
    expect(waits).toEqual([2, 2, 4]);
  });

  test('an added comment whose answer is lost is found and not added twice', async () => {
    const forge = await start();
    github.answer(add, 'lost');
    expect(await keepComment(forge, input)).toMatchObject({ state: 'updated' });
    expect(github.comments).toHaveLength(1);
  });

  test('for good, in the end', async () => {
    const forge = await start();
    github.answer(add, broken, broken, broken);
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
    expect(called(add)).toBe(3);
  });

  test('or is not there at all', async () => {
    await start();
    const forge = openGitHub(
      { token: 'x', apiUrl: 'http://127.0.0.1:1', repository: 'acme/clusters', userAgent: 'kubestair' },
      { clock: clockOf(waits), log },
    );
    await expect(keepComment(forge, input)).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
  });
});

test('a file is read as it was at a commit', async () => {
  const forge = await start();
  github.texts.set('abc:clusters/prod.yaml', 'kind: Cluster\n');
  expect(await forge.textAt('abc', 'clusters/prod.yaml')).toBe('kind: Cluster\n');
  expect(await forge.textAt('abc', 'clusters/staging.yaml')).toBe(undefined);
});

test('changed files are read from all pages, without those that are gone', async () => {
  const forge = await start();
  for (let index = 0; index < 150; index++)
    github.files.push({ filename: `f${index}.yaml`, status: 'modified' });
  github.files.push({ filename: 'gone.yaml', status: 'removed' });
  const files = await Array.fromAsync(forge.changedFiles(7));
  expect(files).toHaveLength(150);
  expect(files).not.toContain('gone.yaml');
});
