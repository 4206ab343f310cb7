import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import { clusterQuestions } from '../../../src/dossier/cluster-questions.ts';
import { gather } from '../../../src/dossier/gather.ts';
import { questionsAbout } from '../../../src/dossier/questions.ts';
import type { Kube } from '../../../src/ports/kube.ts';
import { dossierText } from '../../../src/report/dossier.ts';
import { jumpingClock } from '../backup/support/quiet.ts';
import { controlPlane, member, worker } from '../plan/sample.ts';
import { failed } from '../report/samples.ts';

const never = new Promise<string>(() => {});

describe('gathering', () => {
  test('waits for nobody longer than it says, not even for those that do not let go', async () => {
    const parts = await gather(
      [
        { title: 'dead', ask: () => never },
        { title: 'broken', ask: async () => Promise.reject(new Error('refused')) },
        { title: 'well', ask: async () => 'all of it' },
      ],
      jumpingClock(),
      30,
    );
    expect(parts).toEqual([
      { title: 'dead', text: 'Not to be had: no answer within 30 s' },
      { title: 'broken', text: expect.stringContaining('Not to be had') },
      { title: 'well', text: 'all of it' },
    ]);
  });

  test('hands an aborted signal to those that still ask', async () => {
    let seen: AbortSignal | undefined;
    await gather(
      [
        {
          title: 'dead',
          ask: (signal) => {
            seen = signal;
            return never;
          },
        },
      ],
      jumpingClock(),
      1,
    );
    expect(seen?.aborted).toBe(true);
  });
});

const stopped = failed.records.filter(({ state }) => state === 'failed').map(({ step }) => step);
const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')];
const provider = {
  traces: async (node: { readonly name: string }, step: unknown) => `${node.name} ${step === undefined}`,
  observeEtcd: async () =>
    known({
      topology: 'stacked' as const,
      members: [member('cp1', { healthy: false, leader: false })],
      alarms: ['NOSPACE'],
    }),
};

function answering(answers: Readonly<Record<string, unknown>>): Kube {
  const request = async ({ path }: { readonly path: string }) =>
    answers[decodeURIComponent(path).split('&limit')[0]?.split('?limit')[0] ?? ''] ?? { items: [] };
  return { server: 'https://k', request } as unknown as Kube;
}

describe('what is asked', () => {
  test('is about the host of the step that stopped, etcd and the cluster', async () => {
    const questions = questionsAbout(stopped, { kube: answering({}), provider, nodes });
    expect(questions.map(({ title }) => title)).toEqual([
      'Host w1: the unit of the step, kubelet and disks',
      'etcd',
      'Nodes',
      'Node/w1: conditions and taints',
      'Node/w1: pods that are not ready',
      'Node/w1: events, the newest first',
      'Warnings of the cluster, the newest first',
    ]);
    const signal = new AbortController().signal;
    expect(await questions[0]?.ask(signal)).toBe('w1 false');
    expect(await questions[1]?.ask(signal)).toBe('cp1 UNHEALTHY, 3.6.6, 5000000 bytes\nalarm NOSPACE');
  });

  test('is about the control planes where the step is the whole cluster’s', () => {
    const [step] = stopped;
    if (step === undefined) throw new Error('no sample');
    const { node: _, ...whole } = step;
    expect(questionsAbout([whole], { kube: answering({}), provider, nodes })[0]?.title).toBe(
      'Host cp1: kubelet and disks',
    );
  });

  test('tells pods that are not ready, and why', async () => {
    const pod = {
      metadata: { name: 'web', namespace: 'shop' },
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'web',
            ready: false,
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          },
        ],
      },
    };
    const kube = answering({ '/api/v1/pods?fieldSelector=spec.nodeName=w1': { items: [pod] } });
    const question = clusterQuestions(kube, ['w1']).find(({ title }) => title.includes('not ready'));
    expect(await question?.ask(new AbortController().signal)).toBe(
      '1 pods, 1 of them not ready\nshop/web Running\n  web: waiting: CrashLoopBackOff, 4 restarts, before: ended with 1 (Error)',
    );
  });
});

describe('the dossier', () => {
  const text = dossierText({
    ...failed,
    tool: 'kubestair/0.1.0',
    at: '2026-11-21T09:12:00Z',
    parts: [
      {
        title: 'Host w1',
        text: 'kubelet: token=abcdef.0123456789abcdef\n```\nAuthorization: Bearer s3cr3t-value',
      },
    ],
  });

  test('says why, what was done and not, how to go on and how to go back', () => {
    for (const line of [
      'DRAIN_BLOCKED: Pod shop/web-7d4-x2 could not be evicted in 10m 00s.',
      'kubestair upgrade -f clusters/prod.yaml',
      'kubestair rollback -f clusters/prod.yaml --dry-run',
      '- w1 (v1.36.3): failed; took no pods for 45s, still away',
      '## Done: 3 steps of 7',
      '- v1.36.3/w1/drain (failed',
      '  - waited 10m 00s for PodDisruptionBudget shop/web',
      '- v1.36.3/w1/uncordon (not-started): Let pods come back',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('keeps the lines of an error within the step that they belong to', () => {
    const records = failed.records.map((record) =>
      record.state === 'failed' ? { ...record, error: 'exit code 100:\nE: no space' } : record,
    );
    const lines = dossierText({ ...failed, records, tool: 't', at: '2026-11-21T09:12:00Z', parts: [] });
    expect(lines).toContain('\n  - exit code 100:\n    E: no space\n');
  });

  test('holds no secret, and nothing in it ends its own block', () => {
    expect(text).not.toContain('0123456789abcdef');
    expect(text).not.toContain('s3cr3t-value');
    expect(text).toContain('\n````\n');
  });
});
