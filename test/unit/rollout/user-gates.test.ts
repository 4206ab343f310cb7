import { beforeEach, describe, expect, test } from 'vitest';
import type { GateCheck, GateProbe } from '../../../src/config/gates.ts';
import type { Step } from '../../../src/plan/plan.ts';
import type { CommandEnd, CommandOptions } from '../../../src/ports/commands.ts';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../src/ports/kube.ts';
import type { WebAnswer } from '../../../src/ports/web.ts';
import type { UserDeps } from '../../../src/rollout/user/context.ts';
import { passGate } from '../../../src/rollout/user/gate.ts';
import { runHook } from '../../../src/rollout/user/hook.ts';
import { type FakeClock, fakeClock } from './clock.ts';
import { refused } from './fake-cluster.ts';

let clock: FakeClock;
let said: string[];
let runs: { readonly command: string; readonly options: CommandOptions }[];
let end: () => Promise<CommandEnd>;
let asked: string[];
let answer: () => Promise<WebAnswer>;
let requests: string[];
let job: () => unknown;

const step: Step = {
  id: 'v1.36.3/w1/gate-a',
  kind: 'gate',
  node: 'w1',
  hop: { from: 'v1.35.4', to: 'v1.36.3' },
  does: 'x',
  expectedSeconds: 1,
};
const since = () => (clock.monotonic() - Date.parse('2026-11-21T09:00:00Z')) / 1000;

beforeEach(() => {
  clock = fakeClock();
  said = [];
  runs = [];
  asked = [];
  requests = [];
  end = async () => ({ exitCode: 0, lines: ['fine'] });
  answer = async () => ({ status: 200, body: '' });
  job = () => ({ status: { conditions: [{ type: 'Complete', status: 'True' }] } });
});

const kube: Kube = {
  server: 'fake',
  context: 'fake',
  async stream({ path }) {
    requests.push(`LOG ${path}`);
    return (async function* () {
      yield Buffer.from('the shop is shut\n');
    })();
  },
  async request({ method = 'GET', path, body }: KubeRequest) {
    requests.push(`${method} ${path.split('?')[0]}`);
    if (method === 'POST') return body;
    if (path.includes('/pods')) return { items: [{ metadata: { name: 'pod-1', namespace: 'shop' } }] };
    return method === 'DELETE' ? {} : job();
  },
};

function deps(): UserDeps {
  return {
    kube,
    clock,
    cluster: 'prod',
    runId: 'run-1',
    kubeconfig: '/k/config',
    commands: {
      run: (command, options) => {
        runs.push({ command, options });
        return end();
      },
    },
    web: {
      get: (url) => {
        asked.push(url);
        return answer();
      },
    },
  };
}

function pass(probe: GateProbe, over: Partial<GateCheck> = {}, signal = new AbortController().signal) {
  const gate: GateCheck = { name: 'a', at: 'node', probe, timeoutSeconds: 60, soakSeconds: 0, ...over };
  return passGate(gate, step, deps(), { say: (line) => said.push(line), note: () => {}, signal });
}

const command: GateProbe = { kind: 'command', command: './smoke.sh' };

describe('a gate', () => {
  test('that passes at once costs no time, and knows where the rollout is', async () => {
    await pass(command);
    expect(since()).toBe(0);
    expect(runs).toHaveLength(1);
    expect(runs[0]?.options.env).toEqual({
      KUBESTAIR_CLUSTER: 'prod',
      KUBESTAIR_NODE: 'w1',
      KUBESTAIR_HOP_FROM: 'v1.35.4',
      KUBESTAIR_HOP_TO: 'v1.36.3',
      KUBESTAIR_RUN: 'run-1',
      KUBECONFIG: '/k/config',
    });
  });

  test('is tried again until it passes', async () => {
    clock.at(20_000, () => {
      end = async () => ({ exitCode: 0, lines: [] });
    });
    end = async () => ({ exitCode: 1, lines: ['not yet'] });
    await pass(command);
    expect(since()).toBeGreaterThanOrEqual(20);
    expect(since()).toBeLessThan(30);
    expect(said[0]).toBe('waiting for the gate a: exit code 1\nnot yet');
  });

  test('that does not pass in time fails with its name and its last words', async () => {
    end = async () => ({ exitCode: 3, lines: ['5 of 9 carts are broken'] });
    await expect(pass(command)).rejects.toMatchObject({
      code: 'GATE_FAILED',
      object: 'gate a',
      message: 'the gate a of w1 did not pass within 1m 00s: exit code 3\n5 of 9 carts are broken',
    });
    expect(since()).toBeGreaterThanOrEqual(60);
    expect(since()).toBeLessThan(70);
  });

  test('has to go on passing through its soak', async () => {
    await pass(command, { soakSeconds: 30 });
    expect(since()).toBeGreaterThanOrEqual(30);
    expect(runs.length).toBeGreaterThan(5);
  });

  test('that fails within its soak begins anew, as long as there is time', async () => {
    clock.at(20_000, () => {
      end = async () => ({ exitCode: 1, lines: [] });
    });
    clock.at(31_000, () => {
      end = async () => ({ exitCode: 0, lines: [] });
    });
    await pass(command, { soakSeconds: 30 });
    expect(since()).toBeGreaterThanOrEqual(61);
  });

  test('that fails within its soak when the time is over fails', async () => {
    clock.at(70_000, () => {
      end = async () => ({ exitCode: 1, lines: [] });
    });
    await expect(pass(command, { soakSeconds: 300 })).rejects.toMatchObject({ code: 'GATE_FAILED' });
    expect(since()).toBeLessThan(80);
  });

  test('that cannot be looked at does not pass', async () => {
    answer = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(pass({ kind: 'http', url: 'http://x/', status: 200 })).rejects.toMatchObject({
      code: 'GATE_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('is left at once by an abort', async () => {
    const stop = new AbortController();
    end = async () => ({ exitCode: 1, lines: [] });
    clock.at(12_000, () => stop.abort(new Error('cancelled')));
    await expect(pass(command, {}, stop.signal)).rejects.toThrow('cancelled');
    expect(since()).toBeLessThan(13);
  });
});

describe('over HTTP', () => {
  test('the status counts', async () => {
    answer = async () => ({ status: 503, body: 'no backend' });
    await expect(pass({ kind: 'http', url: 'http://x/', status: 200 })).rejects.toMatchObject({
      message: expect.stringContaining('status 503, not 200: no backend'),
    });
    await pass({ kind: 'http', url: 'http://x/', status: 503 });
  });
});

describe('a query', () => {
  const query = (over: object): GateProbe => ({
    kind: 'prometheus',
    url: 'http://p:9090/',
    query: 'rate(x[5m]) > 0',
    ...over,
  });
  const vector = (...values: readonly string[]) => ({
    status: 200,
    body: JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: values.map((value, index) => ({ metric: { pod: `p${index}` }, value: [1, value] })),
      },
    }),
  });

  test('is asked as an instant query', async () => {
    answer = async () => vector('0.5');
    await pass(query({ below: 1 }));
    expect(asked).toEqual(['http://p:9090/api/v1/query?query=rate%28x%5B5m%5D%29+%3E+0']);
  });

  test.each([
    ['all below', { below: 1 }, vector('0.5', '0'), true],
    ['one not below', { below: 1 }, vector('0.5', '1'), false],
    ['above', { above: 0.99 }, vector('1'), true],
    ['not above', { above: 0.99 }, vector('0.99'), false],
    ['between', { above: 0, below: 2 }, vector('1'), true],
    ['infinite', { below: 2 }, vector('+Inf'), false],
    ['no number', { below: 2 }, vector('NaN'), false],
    ['no samples', { below: 2 }, vector(), false],
    [
      'a scalar',
      { below: 2 },
      { status: 200, body: '{"status":"success","data":{"resultType":"scalar","result":[1,"1.5"]}}' },
      true,
    ],
    ['an error', { below: 2 }, { status: 400, body: '{"status":"error","error":"parse error"}' }, false],
    ['a page of a proxy', { below: 2 }, { status: 200, body: '<html>' }, false],
  ])('%s', async (_, bounds, given, passes) => {
    answer = async () => given;
    const outcome = await pass(query(bounds)).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(passes);
  });

  test('that is out of bounds says which sample', async () => {
    answer = async () => vector('0.5', '3');
    await expect(pass(query({ below: 1 }))).rejects.toMatchObject({
      message: expect.stringContaining('{pod="p1"} 3, not below 1'),
    });
  });
});

describe('a Job', () => {
  const probe: GateProbe = {
    kind: 'job',
    manifest: 'smoke.yaml',
    namespace: 'shop',
    job: { metadata: { name: 'smoke', labels: { app: 'smoke' } }, spec: { template: {} } },
  };

  test('is made, waited for and removed', async () => {
    await pass(probe);
    expect(requests[0]).toBe('POST /apis/batch/v1/namespaces/shop/jobs');
    expect(requests.at(-1)).toMatch(
      /^DELETE \/apis\/batch\/v1\/namespaces\/shop\/jobs\/kubestair-[0-9a-f]{12}$/,
    );
  });

  test('that fails tells the last lines of its pod, and is removed too', async () => {
    job = () => ({
      status: { conditions: [{ type: 'Failed', status: 'True', message: 'BackoffLimitExceeded' }] },
    });
    await expect(pass(probe, { timeoutSeconds: 5 })).rejects.toMatchObject({
      message: expect.stringMatching(/failed: BackoffLimitExceeded\nthe shop is shut/),
    });
    const made = requests.filter((line) => line.startsWith('POST')).length;
    expect(requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(made);
  });

  test('that never ends is not waited for beyond the time', async () => {
    job = () => ({ status: {} });
    await expect(pass(probe)).rejects.toMatchObject({
      message: expect.stringContaining('has not ended in time'),
    });
    expect(since()).toBeLessThan(75);
  });

  test('survives an API server that restarts', async () => {
    let calls = 0;
    job = () => {
      calls += 1;
      if (calls < 5) throw refused();
      return { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    };
    await pass(probe);
  });

  test('that the API server does not take says why', async () => {
    const real = kube.request;
    const taken = {
      ...kube,
      request: (request: KubeRequest) =>
        request.method === 'POST'
          ? Promise.reject(new KubeStatusError(422, 'Invalid', 'spec.template: Required value'))
          : real(request),
    };
    const gate: GateCheck = { name: 'a', at: 'node', probe, timeoutSeconds: 10, soakSeconds: 0 };
    const context = { say: () => {}, note: () => {}, signal: new AbortController().signal };
    await expect(passGate(gate, step, { ...deps(), kube: taken }, context)).rejects.toMatchObject({
      code: 'GATE_FAILED',
      message: expect.stringContaining('spec.template: Required value'),
    });
  });
});

describe('a hook', () => {
  const hook = {
    name: 'lb',
    when: 'before',
    at: 'node',
    command: './lb.sh out',
    timeoutSeconds: 30,
  } as const;
  const context = () => ({
    say: (line: string) => said.push(line),
    note: () => {},
    signal: new AbortController().signal,
  });

  test('runs once, and knows the node', async () => {
    await runHook(hook, step, deps(), context());
    expect(runs.map(({ command: text }) => text)).toEqual(['./lb.sh out']);
    expect(runs[0]?.options).toMatchObject({ timeoutSeconds: 30, env: { KUBESTAIR_NODE: 'w1' } });
  });

  test.each([
    [{ exitCode: 7, lines: ['no such pool'] }, 'the hook lb ended with exit code 7:\nno such pool'],
    [{ lines: [] }, 'the hook lb was not done after 30 s'],
  ])('that ends with %j fails with its words', async (given, message) => {
    end = async () => given;
    await expect(runHook(hook, step, deps(), context())).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      object: 'hook lb of w1',
      message,
    });
  });
});
