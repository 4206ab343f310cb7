import { shellQuoted } from './commands.ts';
import type { Result } from './model.ts';
import { count, formatBytes } from './units.ts';

type FetchResult = Extract<Result, { readonly command: 'fetch' }>;

/** What lies in the folder now, in sentences. */
export function fetchedLines({ backup, fetched }: FetchResult): readonly string[] {
  const { manifest } = backup;
  const { parts, already, bytes, opened, to } = fetched;
  const before = already === 0 ? '' : `, ${already} of them from an earlier run`;
  const how = opened ? 'opened' : manifest.recipients.length > 0 ? 'encrypted' : 'compressed';
  return [
    `Backup ${manifest.id} of ${manifest.cluster.name} is in ${to}: ${count(parts, 'part')}, ${formatBytes(bytes)}, ${how}${before}.`,
    'Each has the SHA-256 that the manifest says.',
    ...(opened ? ['It holds Secrets in plain text; nobody but you can read the folder.'] : []),
  ];
}

/** How to read it with public tools alone. */
export function readingCommands({ backup, fetched }: FetchResult): readonly string[] {
  const { manifest } = backup;
  const { opened, to } = fetched;
  const inFolder = (name: string): string => shellQuoted(`${to.replace(/\/+$/, '')}/${name}`);
  const sample = manifest.resources.find(({ part }) => part !== undefined)?.part?.path;
  const unseal = (name: string): string =>
    name.endsWith('.age') ? `age -d -i key.txt ${inFolder(name)} | zstd -d` : `zstd -dc ${inFolder(name)}`;
  return [
    `(cd ${shellQuoted(to)} && sha256sum --quiet -c SHA256SUMS)`,
    ...(sample === undefined
      ? []
      : [
          opened
            ? `jq -r .metadata.name ${inFolder(sample.replace(/\.age$/, '').replace(/\.zst$/, ''))}`
            : `${unseal(sample)} | jq -r .metadata.name`,
        ]),
    ...(manifest.etcd === undefined || opened ? [] : [`${unseal(manifest.etcd.part.path)} > snapshot.db`]),
  ];
}
