import { describe, expect, test } from 'vitest';
import { loadClusterConfig } from '../../../src/config/load.ts';

const JOB = `apiVersion: batch/v1
kind: Job
metadata: { name: smoke }
spec: { backoffLimit: 0 }
`;

function load(
  lines: string,
  others: Readonly<Record<string, string>> = { 'clusters/gates/smoke.yaml': JOB },
) {
  const text = `apiVersion: kubestair.dev/v1
kind: Cluster
metadata: { name: prod }
spec:
  version: v1.36.3
  provider: kubeadm
  backup: { store: "s3://acme-backups/prod" }
${lines}`;
  const files: Readonly<Record<string, string>> = {
    'prod.yaml': text,
    'clusters/prod.yaml': text,
    ...others,
  };
  const readText = async (path: string): Promise<string> => {
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return found;
  };
  return loadClusterConfig('clusters/prod.yaml', readText, []);
}

test('a gate of each kind, with defaults', async () => {
  const { config } = await load(`
  gates:
    timeout: 2m
    checks:
      - { name: smoke, at: node, command: ./smoke.sh }
      - { name: errors, at: hop, prometheus: { url: "http://prometheus:9090", query: up, above: 0 }, soak: 1m }
      - { name: page, at: node, http: { url: "https://shop.example/healthz" }, timeout: 30s }
      - { name: job, at: run, job: { manifest: gates/smoke.yaml, namespace: shop } }
`);
  expect(config.gates).toEqual({
    timeoutSeconds: 120,
    checks: [
      {
        name: 'smoke',
        at: 'node',
        probe: { kind: 'command', command: './smoke.sh' },
        timeoutSeconds: 300,
        soakSeconds: 0,
      },
      {
        name: 'errors',
        at: 'hop',
        probe: { kind: 'prometheus', url: 'http://prometheus:9090', query: 'up', above: 0 },
        timeoutSeconds: 300,
        soakSeconds: 60,
      },
      {
        name: 'page',
        at: 'node',
        probe: { kind: 'http', url: 'https://shop.example/healthz', status: 200 },
        timeoutSeconds: 30,
        soakSeconds: 0,
      },
      {
        name: 'job',
        at: 'run',
        probe: {
          kind: 'job',
          manifest: 'clusters/gates/smoke.yaml',
          namespace: 'shop',
          job: {
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name: 'smoke' },
            spec: { backoffLimit: 0 },
          },
        },
        timeoutSeconds: 300,
        soakSeconds: 0,
      },
    ],
  });
});

test('hooks before and after', async () => {
  const { config } = await load(`
  hooks:
    - { name: silence, when: before-run, command: ./silence.sh on, timeout: 10s }
    - { name: back, when: after-node, command: ./lb.sh }
`);
  expect(config.hooks).toEqual([
    { name: 'silence', when: 'before', at: 'run', command: './silence.sh on', timeoutSeconds: 10 },
    { name: 'back', when: 'after', at: 'node', command: './lb.sh', timeoutSeconds: 300 },
  ]);
});

describe('is refused with its place', () => {
  const gate = (rest: string) => `  gates: { checks: [{ name: a, at: node${rest} }] }\n`;

  test.each([
    ['a gate without a look', gate(''), /needs one of command, prometheus, http, job/],
    ['a gate with two', gate(', command: a, http: { url: "http://b" }'), /needs one of/],
    ['a query without a bound', gate(', prometheus: { url: "http://p", query: up }'), /needs above or below/],
    ['no URL', gate(', http: { url: "file:///etc/passwd" }'), /must be a URL with http or https/],
    [
      'a level that there is not',
      '  gates: { checks: [{ name: a, at: pod, command: b }] }\n',
      /node or hop or run/,
    ],
    [
      'a name that makes no id',
      '  gates: { checks: [{ name: A_b, at: node, command: b }] }\n',
      /lower-case letters/,
    ],
    [
      'two gates of one name',
      '  gates: { checks: [{ name: a, at: node, command: b }, { name: a, at: hop, command: c }] }\n',
      /there are two of the name a/,
    ],
    [
      'two hooks of one name',
      '  hooks: [{ name: a, when: after-run, command: b }, { name: a, when: before-run, command: c }]\n',
      /two of the name a/,
    ],
    ['a hook at no time', '  hooks: [{ name: a, when: later, command: b }]\n', /before-run or after-run/],
    ['an unknown key', gate(', command: b, every: 5s'), /Unknown key "every"/],
  ])('%s', async (_, lines, message) => {
    await expect(load(lines)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      location: { file: 'clusters/prod.yaml', line: 8 },
    });
  });

  test.each([
    ['that is not there', {}, 'CONFIG_NOT_FOUND', /does not exist/],
    [
      'that is no Job',
      { 'clusters/gates/smoke.yaml': 'kind: Pod\n' },
      'CONFIG_INVALID',
      /is not one Job of batch\/v1/,
    ],
    ['of two Jobs', { 'clusters/gates/smoke.yaml': `${JOB}---\n${JOB}` }, 'CONFIG_INVALID', /is not one Job/],
  ])('a manifest %s', async (_, others, code, message) => {
    const lines = gate(', job: { manifest: gates/smoke.yaml, namespace: shop }');
    await expect(load(lines, others as Readonly<Record<string, string>>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      location: { file: 'clusters/prod.yaml', line: 8 },
    });
  });
});
