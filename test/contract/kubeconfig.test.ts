import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKubeconfig } from '../../src/adapters/kubeconfig.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kubestair-kubeconfig-'));
});

afterEach(() => rm(directory, { recursive: true }));

interface Parts {
  readonly current?: string;
  readonly contexts?: readonly string[];
  readonly server?: string;
  readonly user?: object;
}

/** Writes a kubeconfig whose contexts each have a cluster and a user of their name. */
async function write(
  name: string,
  { current, contexts = [], server = 'https://api.example:6443', user = {} }: Parts,
): Promise<string> {
  const file = join(directory, name);
  const config = {
    'current-context': current,
    clusters: contexts.map((each) => ({
      name: each,
      cluster: { server, 'certificate-authority': 'ca.crt' },
    })),
    users: contexts.map((each) => ({ name: each, user })),
    contexts: contexts.map((each) => ({ name: each, context: { cluster: each, user: each } })),
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe('a kubeconfig', () => {
  test('is used at its current context, with paths beside it', async () => {
    const file = await write('a', { current: 'prod', contexts: ['test', 'prod'] });
    const config = await loadKubeconfig({ kubeconfig: file, env: {} });
    expect(config.getCurrentContext()).toBe('prod');
    expect(config.getCurrentCluster()).toMatchObject({ name: 'prod', caFile: join(directory, 'ca.crt') });
  });

  test('is used at the context that is asked for', async () => {
    const file = await write('a', { current: 'prod', contexts: ['test', 'prod'] });
    expect((await loadKubeconfig({ kubeconfig: file, context: 'test', env: {} })).getCurrentContext()).toBe(
      'test',
    );
  });

  test('may speak plain http, as with kubectl', async () => {
    const file = await write('a', { current: 'x', contexts: ['x'], server: 'http://127.0.0.1:8080' });
    expect((await loadKubeconfig({ kubeconfig: file, env: {} })).getCurrentCluster()?.skipTLSVerify).toBe(
      true,
    );
  });

  test('comes from $KUBECONFIG, before ~/.kube/config', async () => {
    await mkdir(join(directory, '.kube'));
    await write('.kube/config', { current: 'home', contexts: ['home'] });
    const file = await write('a', { current: 'prod', contexts: ['prod'] });
    expect((await loadKubeconfig({ env: { HOME: directory, KUBECONFIG: file } })).getCurrentContext()).toBe(
      'prod',
    );
    expect((await loadKubeconfig({ env: { HOME: directory } })).getCurrentContext()).toBe('home');
    expect((await loadKubeconfig({ kubeconfig: '~/a', env: { HOME: directory } })).getCurrentContext()).toBe(
      'prod',
    );
  });

  test('of several files has what the first of them says', async () => {
    const one = await write('one', { contexts: ['shared'], server: 'https://one.example' });
    const two = await write('two', {
      current: 'own',
      contexts: ['shared', 'own'],
      server: 'https://two.example',
    });
    const env = { KUBECONFIG: [join(directory, 'missing'), one, two].join(delimiter) };
    expect((await loadKubeconfig({ env })).getCurrentContext()).toBe('own');
    expect((await loadKubeconfig({ env, context: 'shared' })).getCurrentCluster()?.server).toBe(
      'https://one.example',
    );
  });
});

describe('KUBE_CONFIG is told for', () => {
  test('a file that is missing', async () => {
    const file = join(directory, 'missing');
    await expect(loadKubeconfig({ kubeconfig: file, env: {} })).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      object: file,
      message: `The kubeconfig ${file} does not exist`,
    });
    await expect(loadKubeconfig({ env: { KUBECONFIG: [file, file].join(delimiter) } })).rejects.toMatchObject(
      { code: 'KUBE_CONFIG' },
    );
  });

  test('no file at all', async () => {
    await expect(loadKubeconfig({ env: { HOME: directory } })).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      next: expect.stringContaining('spec.access.kubeconfig'),
    });
  });

  test('a context that is not there, with those that are', async () => {
    const file = await write('a', { current: 'prod', contexts: ['test', 'prod'] });
    await expect(loadKubeconfig({ kubeconfig: file, context: 'porto', env: {} })).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      message: `${file} has no context "porto"; it has "test", "prod"`,
    });
  });

  test('no current context', async () => {
    const file = await write('a', { contexts: ['test'] });
    await expect(loadKubeconfig({ kubeconfig: file, env: {} })).rejects.toMatchObject({
      message: `${file} has no current context; it has "test"`,
    });
  });

  test.each([
    ['a cluster', 'clusters'],
    ['a user', 'users'],
  ])('%s that a context names and nobody defines', async (_name, part) => {
    const file = await write('a', { current: 'prod', contexts: ['prod'] });
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...config, [part]: [] }));
    await expect(loadKubeconfig({ kubeconfig: file, env: {} })).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      message: expect.stringContaining(`names a ${part.slice(0, -1)} that is not there`),
    });
  });

  test('a server that is no URL', async () => {
    const file = await write('a', { current: 'prod', contexts: ['prod'], server: 'api.example:6443' });
    await expect(loadKubeconfig({ kubeconfig: file, env: {} })).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      message: '"api.example:6443" is not the URL of an API server',
    });
  });

  test('a file that is none, without a word of what it holds', async () => {
    const file = join(directory, 'broken');
    await writeFile(file, 'users: [{name: u, user: {token: "secret-token}}]');
    const error: unknown = await loadKubeconfig({ kubeconfig: file, env: {} }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'KUBE_CONFIG',
      message: expect.stringContaining('is no kubeconfig'),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret-token');
  });
});
