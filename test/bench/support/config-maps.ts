import { randomBytes } from 'node:crypto';
import type { ApiServer } from '../../contract/support/api-server.ts';
import { cloneObject } from './clones.ts';

/** With its metadata an object is about 1 KB as JSON. */
const PAYLOAD = 'x'.repeat(640);
const TEMPLATE = 'cm-template';

export async function createNamespace(api: ApiServer, name: string): Promise<void> {
  await api.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name } }));
}

/** ConfigMaps with data that hardly compresses. @param from number of the first, `to` that after the last */
export async function fillConfigMaps(
  api: ApiServer,
  namespace: string,
  from: number,
  to: number,
): Promise<void> {
  const path = configMapsOf(namespace);
  await cloneObject(api, {
    path,
    key: `/registry/configmaps/${namespace}/${TEMPLATE}`,
    template: { metadata: { name: TEMPLATE, labels: { app: 'bench' } }, data: { payload: PAYLOAD } },
    from,
    to,
    replacementsOf: (index) => ({
      [TEMPLATE]: `cm-${String(index).padStart(TEMPLATE.length - 3, '0')}`,
      [PAYLOAD]: randomBytes(PAYLOAD.length).toString('base64').slice(0, PAYLOAD.length),
    }),
  });
  const counted = await countObjects(api, path);
  if (counted !== to) throw new Error(`there are ${counted} ConfigMaps, not ${to}`);
}

export async function deleteConfigMaps(api: ApiServer, namespace: string): Promise<void> {
  await api.send('DELETE', configMapsOf(namespace));
  const left = await countObjects(api, configMapsOf(namespace));
  if (left > 0) throw new Error(`${left} ConfigMaps are left in ${namespace}`);
}

function configMapsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`;
}

async function countObjects(api: ApiServer, path: string): Promise<number> {
  const { items, metadata } = JSON.parse(await api.send('GET', `${path}?limit=1`)) as {
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  };
  return items.length + (metadata.remainingItemCount ?? 0);
}
