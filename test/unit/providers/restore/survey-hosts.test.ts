import { expect, it } from 'vitest';
import { KubestairError } from '../../../../src/errors.ts';
import { surveyHosts, surveyWorkers } from '../../../../src/providers/kubeadm/restore/survey-hosts.ts';
import { localHost } from '../local-host.ts';

const signal = new AbortController().signal;

it.each([
  ['a control plane', surveyHosts],
  ['a worker', surveyWorkers],
])('%s that cannot be looked at speaks against it, with the way to leave it out', async (_, survey) => {
  const nodes = [{ name: 'n1', address: 'n1.example' }];
  const silent = (next?: string) => ({
    hostOf: () => ({
      ...localHost('n1'),
      run: () =>
        Promise.reject(
          new KubestairError('HOST_UNREACHABLE', 'n1.example does not answer', {
            ...(next !== undefined && { next }),
          }),
        ),
    }),
  });
  const found = await survey(nodes, silent(), signal);
  expect(found.hosts).toEqual([]);
  expect(found.findings).toEqual([
    {
      check: 'restore-hosts',
      severity: 'blocking',
      object: 'Node/n1',
      message: 'n1.example does not answer',
      remedy: 'If it is gone for good, leave it out with --without n1. If not: Let the host be reached.',
    },
  ]);
  expect((await survey(nodes, silent('Start sshd.'), signal)).findings[0]?.remedy).toBe(
    'If it is gone for good, leave it out with --without n1. If not: Start sshd.',
  );
});
