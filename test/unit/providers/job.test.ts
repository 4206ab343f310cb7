import { expect, test } from 'vitest';
import {
  CUT_OFF,
  FLAKY_PREFLIGHT,
  NODE_NOT_AUTHORIZED,
  RESTARTING,
  runJob,
} from '../../../src/providers/kubeadm/job.ts';
import { type LocalHost, localHost, quickClock, told } from './local-host.ts';

const unit = (script: string) => ({
  name: 'kubestair-0000000000000000',
  title: 'kubeadm upgrade',
  script,
});
const all = [FLAKY_PREFLIGHT, NODE_NOT_AUTHORIZED, RESTARTING, CUT_OFF];

const CREATE_JOB = `[preflight] Some fatal errors occurred:
	[ERROR CreateJob]: Job "upgrade-health-check-8x2lp" in the namespace "kube-system" did not complete in 15s: client rate limiter Wait returned an error
[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`
error: error execution phase preflight: preflight checks failed`;
const FORBIDDEN = `error: error execution phase preflight: configmaps "kubeadm-config" is forbidden: User "system:node:w1" cannot get resource "configmaps" in API group "" in the namespace "kube-system": no relationship found between node 'w1' and this object`;

/** Says the text and fails so many times, then succeeds. */
function failing(text: string, times: number): string {
  return `echo x >>"$KUBESTAIR_DIRECTORY/tries"
if [ "$(wc -l <"$KUBESTAIR_DIRECTORY/tries")" -gt ${times} ]; then echo fine; exit 0; fi
cat <<'TEXT'
${text}
TEXT
exit 1`;
}

function starts(host: LocalHost): number {
  return host.calls().filter((line) => line.startsWith('systemd-run')).length;
}

test('the CreateJob preflight is tried again, and it is told', async () => {
  const host = localHost();
  const context = told();
  await runJob(host, unit(failing(CREATE_JOB, 2)), all, quickClock(), context);
  expect(starts(host)).toBe(3);
  expect(context.notes).toEqual([
    "kubeadm's health check of the cluster ran out of time; trying again in 15 s (attempt 2)",
    "kubeadm's health check of the cluster ran out of time; trying again in 15 s (attempt 3)",
  ]);
});

test('a CreateJob preflight that never passes fails after three attempts, with its words', async () => {
  const host = localHost();
  await expect(runJob(host, unit(failing(CREATE_JOB, 99)), all, quickClock(), told())).rejects.toMatchObject({
    code: 'STEP_FAILED',
    object: 'Node/w1',
    message: expect.stringContaining('[ERROR CreateJob]'),
    next: expect.stringContaining('/output on w1'),
  });
  expect(starts(host)).toBe(3);
});

test('a node that may not read its configuration yet waits two minutes for it', async () => {
  const host = localHost();
  const clock = quickClock();
  const began = clock.now().getTime();
  await runJob(host, unit(failing(FORBIDDEN, 12)), all, clock, told());
  expect(starts(host)).toBe(13);
  expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(120_000);
});

test('and no longer than five minutes', async () => {
  const clock = quickClock(1);
  const began = clock.now().getTime();
  const rarely = { ...NODE_NOT_AUTHORIZED, waitSeconds: 60 };
  await expect(
    runJob(localHost(), unit(failing(FORBIDDEN, 999)), [rarely], clock, told()),
  ).rejects.toMatchObject({ code: 'STEP_FAILED' });
  const waited = clock.now().getTime() - began;
  expect(waited).toBeGreaterThanOrEqual(300_000);
  expect(waited).toBeLessThan(380_000);
});

test('an API server that restarts under kubeadm is tried again', async () => {
  const host = localHost();
  const words =
    'error: Get "https://10.0.0.1:6443/api/v1/nodes": dial tcp 10.0.0.1:6443: connect: connection refused';
  await runJob(host, unit(failing(words, 1)), all, quickClock(), told());
  expect(starts(host)).toBe(2);
});

test('any other failure ends the step at once', async () => {
  const host = localHost();
  const words = '[ERROR CoreDNSUnsupportedPlugins]: there are unsupported plugins in the CoreDNS Corefile';
  await expect(runJob(host, unit(failing(words, 1)), all, quickClock(), told())).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringContaining('CoreDNSUnsupportedPlugins'),
  });
  expect(starts(host)).toBe(1);
});

test('work that was cut off by a restart of the host is done once more', async () => {
  const host = localHost();
  const script =
    'echo x >>"$KUBESTAIR_DIRECTORY/tries"; if [ "$(wc -l <"$KUBESTAIR_DIRECTORY/tries")" -lt 2 ]; then kill -9 -$(cat "$KUBESTAIR_DIRECTORY/pid"); sleep 5; fi';
  const context = told();
  await runJob(host, unit(script), all, quickClock(), context);
  expect(context.notes).toEqual(['the work on the host was cut off; trying again in 5 s (attempt 2)']);
});

test('what kubeadm took back is not tried again by itself, whatever made it fail, and it is told what runs', async () => {
  const host = localHost();
  const words = `[upgrade/staticpods] Waiting for the kubelet to restart the component
error: error execution phase control-plane: couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: [context deadline exceeded, connection refused]`;
  await expect(runJob(host, unit(failing(words, 1)), all, quickClock(), told())).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringContaining('Errors faced'),
    next: expect.stringMatching(/^kubeadm has put the old manifests of w1's control plane back/),
  });
  expect(starts(host)).toBe(1);
});
