import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openPart } from '../../src/backup/unseal.ts';
import { prove } from '../../src/proof/prove.ts';
import { storedIndex } from '../../src/proof/stored.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { runEtcdTool } from './support/etcd-server.ts';
import { backUp, counters, fill, proofsOf, summaryOf, VERSION } from './support/proofs.ts';
import { testScratch } from './support/scratch.ts';

// Each on a cluster that something was done to.

const signal = new AbortController().signal;

describe('proofs of a backup', { timeout: 300_000 }, () => {
  it('say so when etcd has forgotten the revision of the export', async () => {
    await using server = await startApiServer();
    const endpoint = `--endpoints=http://127.0.0.1:${server.etcd.port}`;
    const { resourceVersion } = (await backUp(server)).manifest;
    await runEtcdTool('etcdctl', [endpoint, 'put', '/elsewhere', 'x']);
    await runEtcdTool('etcdctl', [endpoint, 'compact', String(BigInt(resourceVersion) + 1n)]);
    const { manifest, source } = await backUp(server);
    const stale = { manifest: { ...manifest, resourceVersion }, source };
    const [proof] = await proofsOf(stale, { drill: false });
    expect(proof).toMatchObject({ result: 'failed', code: 'REVISION_COMPACTED' });
  });

  it('call no webhook of the cluster, and read custom kinds that need one as they are stored', async () => {
    const server = await startApiServer();
    let calls = 0;
    const hook = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const { port } = hook.address() as { port: number };
    await fill(server);
    const definition =
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/counters.contract.example.com';
    const { spec, ...rest } = JSON.parse(await server.send('GET', definition));
    // The preferred version comes out of the webhook only for objects that are stored in the other one: here none is.
    const hooked = counters('Webhook', `https://127.0.0.1:${port}/convert`) as { spec: object };
    await server.send('PUT', definition, JSON.stringify({ ...rest, spec: { ...spec, ...hooked.spec } }));
    await server.send(
      'POST',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      JSON.stringify(refusing(port)),
    );
    const before = await backUp(server);
    await storeEither(server, definition);
    const after = await backUp(server);
    // Its own API server calls the webhook, as it should.
    await server[Symbol.asyncDispose]();
    calls = 0;
    const proofs = await proofsOf(before, { drill: true, rehearse: VERSION });
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
    const [, drilled, rehearsed] = await proofsOf(after, { drill: true, rehearse: VERSION });
    for (const proof of [drilled, rehearsed]) {
      expect(proof?.result).toBe('passed');
      expect(proof?.exceptions?.find(({ what }) => what === 'counters.contract.example.com')).toMatchObject({
        count: 1,
        reason: expect.stringContaining('conversion webhook, which is not called'),
      });
    }
    hook.close();
    expect(calls).toBe(0);
  });

  it('name an object that cannot be decoded', async () => {
    // A watch cache would take its time to find out that it cannot be filled.
    await using server = await startApiServer(['--watch-cache=false']);
    await fill(server);
    const endpoint = `--endpoints=http://127.0.0.1:${server.etcd.port}`;
    const good = await backUp(server);
    const broken = '{"kind":"ConfigMap","apiVersion":"v99","metadata":{"name":"c640"}}';
    await runEtcdTool('etcdctl', [endpoint, 'put', '/registry/configmaps/default/c640'], broken);
    const status = JSON.parse(
      await runEtcdTool('etcdctl', [endpoint, 'endpoint', 'status', '--write-out=json']),
    );
    const revision = String(status[0].Status.header.revision);
    const { manifest, source } = await backUp(server);
    // The kind cannot be listed any more, so its part is the earlier one.
    const resources = [...good.manifest.resources];
    const subject = { ...manifest, resources, resourceVersion: revision };
    const index = storedIndex(good.manifest, good.source);
    await using scratch = await testScratch();
    if (manifest.etcd === undefined) throw new Error('no snapshot');
    await scratch.receive(openPart(manifest.etcd.part, source, signal), signal);
    const [, drilled] = await prove(
      { manifest: subject, index },
      { drill: true },
      { scratch, by: 'test', clock: systemClock, log: recordedLog(), signal },
    );
    expect(drilled?.result).toBe('failed');
    expect(drilled?.examples).toContainEqual({
      object: 'configmaps default/c640',
      finding: expect.stringContaining('cannot be read'),
    });
  });
});

/** A webhook that would see every change, and fail it. */
function refusing(port: number): object {
  return {
    metadata: { name: 'refusing' },
    webhooks: [
      {
        name: 'refusing.contract.example.com',
        clientConfig: { url: `https://127.0.0.1:${port}/` },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['configmaps'] }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
      },
    ],
  };
}

/** Objects of the custom kind may lie in etcd in either of its versions from now on. */
async function storeEither(server: ApiServer, definition: string): Promise<void> {
  const current = JSON.parse(await server.send('GET', definition));
  const status = { ...current.status, storedVersions: ['v1beta1', 'v1'] };
  await server.send('PUT', `${definition}/status`, JSON.stringify({ ...current, status }));
}
