import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type GitHubStandIn, startGitHub } from '../contract/support/github.ts';
import {
  type ExampleRepository,
  exampleRepository,
  runWorkflow,
  type WorkflowEnded,
  type WorkflowStart,
} from './support/act.ts';
import { freshLab, storeEnvironment, storePrefix, type TestLab } from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';

const file = 'clusters/prod.yaml';

/** The example workflows as they stand: a plan on the pull request, and the upgrade once it is merged. */
describe('an upgrade by pull request', () => {
  let lab: TestLab;
  let repository: ExampleRepository;
  let github: GitHubStandIn;

  beforeAll(async () => {
    lab = await freshLab();
    github = await startGitHub();
    repository = await exampleRepository({ [file]: clusterFile(lab) });
  });

  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await github?.[Symbol.asyncDispose]();
  });

  /** @param suffix of the names of the secrets: the workflow of one cluster has its own */
  const start = async (suffix: string, given: WorkflowStart): Promise<WorkflowEnded> => {
    const { access } = lab;
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', ...env } = storeEnvironment(access);
    return await runWorkflow(repository, {
      ...given,
      secrets: {
        GITHUB_TOKEN: github.token,
        [`KUBECONFIG${suffix}`]: await readFile(access.kubeconfig, 'utf8'),
        [`SSH_KEY${suffix}`]: await readFile(access.key, 'utf8'),
        BACKUP_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID,
        BACKUP_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY,
      },
      vars: { [`SSH_KNOWN_HOSTS${suffix}`]: await readFile(access.knownHosts, 'utf8') },
      env: { ...env, GITHUB_API_URL: github.url },
    });
  };

  it('is planned on the pull request, in one comment', async () => {
    github.files.push({ filename: file, status: 'modified' });
    const planned = await start('', {
      workflow: 'plan-on-pull-request.yml',
      event: 'pull_request',
      payload: {
        action: 'opened',
        number: 7,
        pull_request: {
          number: 7,
          head: { ref: 'next', sha: github.head, repo: { full_name: 'acme/clusters' } },
          base: { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'acme/clusters' } },
        },
      },
    });
    expect(planned.code).toBe(0);
    expect(planned.outputs).toMatchObject({ 'matrix/clusters': '1', '1/verdict': 'ready' });
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('✅ `prod` can go from v1.35.4 to v1.36.3');
    expect(github.comments[0]?.body).toContain('```mermaid\ngantt');
    expect(github.violations).toEqual([]);
  });

  it('is carried out after the merge, exactly as planned', async () => {
    const upgraded = await start('_PROD', {
      workflow: 'upgrade-after-merge.yml',
      event: 'push',
      payload: { ref: 'refs/heads/main' },
    });
    expect(upgraded.code).toBe(0);
    expect(upgraded.outputs).toMatchObject({ 'plan/verdict': 'ready', 'upgrade/outcome': 'changed' });
    expect(upgraded.outputs['upgrade/plan-hash']).toBe(upgraded.outputs['plan/plan-hash']);
    const kubelets = (await nodeFacts(lab.state)).map((node) => node.kubelet);
    expect(kubelets).toEqual(['v1.36.3', 'v1.36.3', 'v1.36.3']);
  });
});

/** As it lies in a repository: credentials and host keys come from the workflow. */
function clusterFile(lab: TestLab): string {
  const { access } = lab;
  return stringify({
    apiVersion: 'kubestair.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'prod' },
    spec: {
      version: 'v1.36.3',
      provider: 'kubeadm',
      access: { context: access.context, ssh: { user: access.user } },
      backup: { store: `s3://${access.s3.bucket}/${storePrefix(lab)}`, pathStyle: true },
      drain: { timeout: '5m', deleteEmptyDir: true },
      packages: { repository: `${access.aptUrl}/core:/stable:/` },
      kubeadm: { ignorePreflightErrors: ['SystemVerification'] },
    },
  });
}
