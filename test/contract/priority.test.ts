import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type ApiServer, startApiServer } from './support/api-server.ts';

const LEVELS = '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations';
const SCHEMAS = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';

let api: ApiServer;
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });

beforeAll(async () => {
  api = await startApiServer();
});

afterAll(async () => {
  await dispatcher.destroy();
  await api?.[Symbol.asyncDispose]();
});

/** UID of the priority level that a request of the user `operator`, in the group `operators`, is counted in. */
async function levelOfOperator(): Promise<unknown> {
  const answer = await request(`https://127.0.0.1:${api.port}/api/v1/pods`, {
    dispatcher,
    headers: { authorization: 'Bearer operator-token' },
  });
  await answer.body.dump();
  return answer.headers['x-kubernetes-pf-prioritylevel-uid'];
}

async function uidOf(name: string): Promise<string> {
  const { metadata } = JSON.parse(await api.send('GET', `${LEVELS}/${name}`));
  return metadata.uid;
}

it('docs/priority.yaml takes its user out of the level that other people are in', async () => {
  expect(await levelOfOperator()).toBe(await uidOf('global-default'));
  const text = await readFile('docs/priority.yaml', 'utf8');
  for (const document of parseAllDocuments(text.replace('kubestair:planners', 'operators'))) {
    const object = document.toJS() as { readonly kind: string };
    const path = object.kind === 'FlowSchema' ? SCHEMAS : LEVELS;
    await api.send('POST', path, JSON.stringify(object));
  }
  const own = await uidOf('kubestair');
  await expect.poll(levelOfOperator, { timeout: 30_000 }).toBe(own);
  const shares = async (name: string): Promise<number> =>
    JSON.parse(await api.send('GET', `${LEVELS}/${name}`)).spec.limited.nominalConcurrencyShares;
  expect(await shares('kubestair')).toBeLessThan((await shares('workload-low')) / 10);
});
