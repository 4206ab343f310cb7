import { randomUUID } from 'node:crypto';
import type { ApiServer } from '../../contract/support/api-server.ts';
import { openEtcdFill } from './etcd-fill.ts';

/** Texts of the template that each clone has others for. A stored object is protobuf, so they have to be of equal length. */
export type Replacements = Readonly<Record<string, string>>;

export interface CloneOptions {
  /** The collection, for example `/api/v1/namespaces/bench/configmaps`. */
  readonly path: string;
  /** Where etcd has the template, for example `/registry/configmaps/bench/cm-0000000`. */
  readonly key: string;
  /** Created through the API first, so that every clone is stored as the API server stores it. */
  readonly template: Readonly<Record<string, unknown>>;
  /** Its status, written through the subresource. */
  readonly status?: Readonly<Record<string, unknown>>;
  /** Merged into its spec at last: admission adds what nobody takes away here. */
  readonly specPatch?: Readonly<Record<string, unknown>>;
  /** Numbers of the clones: `from` and those after it, below `to`. */
  readonly from: number;
  readonly to: number;
  readonly replacementsOf: (index: number) => Replacements;
}

/** Creates an object through the API and copies what etcd has of it, with names, UIDs and whatever else changed. */
export async function cloneObject(api: ApiServer, options: CloneOptions): Promise<void> {
  const { path, key, template, status, specPatch, from, to, replacementsOf } = options;
  const created = JSON.parse(await api.send('POST', path, JSON.stringify(template))) as {
    readonly metadata: { readonly name: string; readonly uid: string };
  };
  const { name, uid } = created.metadata;
  if (status !== undefined) {
    await api.send('PUT', `${path}/${name}/status`, JSON.stringify({ ...created, status }));
  }
  if (specPatch !== undefined) {
    const type = 'application/merge-patch+json';
    await api.send('PATCH', `${path}/${name}`, JSON.stringify({ spec: specPatch }), type);
  }
  await using etcd = openEtcdFill(api.etcd.port);
  const stored = await etcd.read(key);
  function* clones() {
    for (let index = from; index < to; index++) {
      const replacements = { ...replacementsOf(index), [uid]: randomUUID() };
      const value = replaced(stored, replacements);
      yield { key: replaced(Buffer.from(key), replacements).toString(), value };
    }
  }
  await etcd.writeAll(clones());
  await api.send('DELETE', `${path}/${name}?gracePeriodSeconds=0`);
}

function replaced(template: Buffer, replacements: Replacements): Buffer {
  const value = Buffer.from(template);
  for (const [before, after] of Object.entries(replacements)) {
    if (Buffer.byteLength(before) !== Buffer.byteLength(after)) {
      throw new Error(`${after} is not as long as ${before}`);
    }
    for (let at = value.indexOf(before); at !== -1; at = value.indexOf(before, at + after.length)) {
      value.write(after, at);
    }
  }
  return value;
}
