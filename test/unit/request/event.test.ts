import { describe, expect, test } from 'vitest';
import { readContext, readPullRequest } from '../../../src/request/event.ts';

const event = {
  action: 'synchronize',
  pull_request: {
    number: 7,
    head: { sha: 'a'.repeat(40), repo: { full_name: 'acme/clusters' } },
    base: { sha: 'b'.repeat(40), repo: { full_name: 'acme/clusters' } },
  },
};

describe('a pull request', () => {
  test('of the repository itself', () => {
    expect(readPullRequest(event)).toEqual({
      number: 7,
      head: 'a'.repeat(40),
      base: 'b'.repeat(40),
      fromFork: false,
    });
  });

  test.each([
    ['another repository', { full_name: 'mallory/clusters' }],
    ['a repository that is gone', null],
  ])('from %s is from a fork', (_what, repo) => {
    const { pull_request } = event;
    const forked = { pull_request: { ...pull_request, head: { ...pull_request.head, repo } } };
    expect(readPullRequest(forked)).toMatchObject({ fromFork: true });
  });

  test.each([undefined, null, 'text', {}, { pull_request: { number: 7 } }])('is not in %j', (other) => {
    expect(readPullRequest(other)).toBe(undefined);
  });
});

test('the runner says where GitHub is, also on GitHub Enterprise', () => {
  const env = {
    GITHUB_REPOSITORY: 'acme/clusters',
    GITHUB_API_URL: 'https://github.acme.example/api/v3',
    GITHUB_SERVER_URL: 'https://github.acme.example',
    GITHUB_RUN_ID: '42',
  };
  expect(readContext(env, undefined)).toEqual({
    repository: 'acme/clusters',
    apiUrl: 'https://github.acme.example/api/v3',
    runUrl: 'https://github.acme.example/acme/clusters/actions/runs/42',
  });
  expect(readContext({}, event)).toBe(undefined);
});
