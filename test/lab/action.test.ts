import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, runStep, type StepEnded } from '../acceptance/runner.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';

/** The same upgrade as a step of a workflow: everything comes in as inputs and goes out through the runner's files. */
describe('the Action, 1.35.4 to 1.36.3', () => {
  let lab: TestLab;
  let file: string;

  beforeAll(async () => {
    lab = await freshLab();
    // Credentials come as inputs, as they do on a hosted runner.
    file = await writeClusterFile(lab, {
      spec: {
        access: { context: lab.access.context, ssh: { user: lab.access.user } },
        packages: { repository: `${lab.access.aptUrl}/core:/stable:/` },
      },
    });
  });

  it('plans, upgrades by the approved hash, and tells later steps about it', async () => {
    const planned = await step(lab, file, { command: 'plan' });
    expect(planned.code).toBe(0);
    expect(planned.outputs).toMatchObject({
      outcome: 'ready',
      verdict: 'ready',
      hops: '[{"from":"v1.35.4","to":"v1.36.3"}]',
      'current-version': 'v1.35.4',
      'target-version': 'v1.36.3',
    });
    const hash = planned.outputs['plan-hash'] ?? '';
    expect(hash).toMatch(/^[0-9a-f]{64}$/);

    const drifted = await step(lab, file, {
      command: 'upgrade',
      'plan-hash': hash.replace(/^./, hash.startsWith('0') ? '1' : '0'),
    });
    expect(drifted.code).toBe(3);
    expect(drifted.outputs).toMatchObject({ outcome: 'blocked', reason: 'PLAN_DRIFT' });
    expect(drifted.stdout).toContain('::error');

    const upgraded = await step(lab, file, { command: 'upgrade', 'plan-hash': hash });
    expect(upgraded.code).toBe(0);
    expect(upgraded.outputs).toMatchObject({
      outcome: 'changed',
      'exit-code': '0',
      reason: '',
      'plan-hash': hash,
    });
    expect(upgraded.outputs['backup-url']).toContain(upgraded.outputs['backup-id']);
    for (const text of ['cp1', 'w1', 'w2', 'v1.36.3', 'mermaid']) expect(upgraded.summary).toContain(text);
    expect(JSON.parse(await readFile(upgraded.outputs['result-file'] ?? '', 'utf8'))).toMatchObject({
      format: 'kubestair.dev/result/v1',
      outcome: { state: 'changed' },
    });
    const kubelets = (await nodeFacts(lab.state)).map((node) => node.kubelet);
    expect(kubelets).toEqual(['v1.36.3', 'v1.36.3', 'v1.36.3']);
  });

  it('keeps the key out of everything it prints, and removes it', async () => {
    const status = await step(lab, file, { command: 'status', verbose: 'true' });
    expect(status.code).toBe(0);
    const key = await readFile(lab.access.key, 'utf8');
    const masks = status.stdout.split('\n').filter((line) => line.startsWith('::add-mask::'));
    const printed = status.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const line of key.trim().split('\n')) {
      expect(masks).toContain(`::add-mask::${line}`);
      expect(`${printed.join('\n')}${status.stderr}${status.summary}`).not.toContain(line);
    }
    const directory = status.state['key-directory'] ?? '';
    await expect(readFile(path.join(directory, 'identity'))).rejects.toThrow('ENOENT');
  });
});

async function step(
  lab: TestLab,
  file: string,
  inputs: Readonly<Record<string, string>>,
): Promise<StepEnded> {
  const { access } = lab;
  const workspace = await makeWorkspace();
  const ended = await runStep(workspace, 'main.js', {
    inputs: {
      file,
      'ssh-private-key': await readFile(access.key, 'utf8'),
      'ssh-known-hosts': await readFile(access.knownHosts, 'utf8'),
      kubeconfig: await readFile(access.kubeconfig, 'utf8'),
      ...inputs,
    },
    env: storeEnvironment(access),
  });
  console.error(`command ${inputs.command}: exit code ${ended.code}\n${ended.stdout}${ended.stderr}`);
  return ended;
}
