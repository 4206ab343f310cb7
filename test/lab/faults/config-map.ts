import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { kubectl } from '../kubectl.ts';
import type { TestLab } from '../support/test-lab.ts';

/** What a ConfigMap of kube-system holds as YAML. */
export type Configuration = Record<string, unknown>;

/** Changes a document in a ConfigMap of kube-system, and keeps what was there. */
export async function changeConfigMap(
  lab: TestLab,
  name: string,
  key: string,
  change: (configuration: Configuration) => void,
): Promise<void> {
  const text = await kubectl(lab.state, ['-n', 'kube-system', 'get', 'configmap', name, '-o', 'json']);
  const { data } = JSON.parse(text) as { readonly data: Readonly<Record<string, string>> };
  await writeFile(keptIn(lab, name), JSON.stringify({ data }));
  const configuration = parse(data[key] ?? '') as Configuration;
  change(configuration);
  await patch(lab, name, JSON.stringify({ data: { [key]: stringify(configuration) } }));
}

/** Puts back what changeConfigMap() kept, if it did. */
export async function restoreConfigMap(lab: TestLab, name: string): Promise<void> {
  const kept = await readFile(keptIn(lab, name), 'utf8').catch(() => undefined);
  if (kept === undefined) return;
  await patch(lab, name, kept);
  await rm(keptIn(lab, name));
}

/** Adds to the extraArgs of a part of a ClusterConfiguration, for example of `etcd.local`. */
export function addArgument(configuration: Configuration, part: string, name: string, value: string): void {
  let section = configuration;
  for (const key of part.split('.')) {
    section[key] ??= {};
    section = section[key] as Configuration;
  }
  section.extraArgs = [...((section.extraArgs as readonly unknown[] | undefined) ?? []), { name, value }];
}

async function patch(lab: TestLab, name: string, body: string): Promise<void> {
  await kubectl(lab.state, ['-n', 'kube-system', 'patch', 'configmap', name, '--type', 'merge', '-p', body]);
}

function keptIn(lab: TestLab, name: string): string {
  return path.join(lab.dir, `configmap-${name}.json`);
}
