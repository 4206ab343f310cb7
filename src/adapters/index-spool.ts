import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { lineSplitter, linesOf } from '../proof/lines.ts';
import { entryOf, type IndexEntry, type IndexSpool } from '../proof/object-index.ts';
import { type GroupResource, resourceName } from '../proof/storage-keys.ts';

const BATCH_CHARACTERS = 64 * 1024;

/** @param tempDir Private; the objects' names are written below it, and nothing of their contents. */
export async function openIndexSpool(tempDir: string): Promise<IndexSpool> {
  const directory = path.join(tempDir, 'index');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const fileOf = (kind: GroupResource): string => path.join(directory, resourceName(kind));

  return {
    async *tap(kind, ndjson) {
      await using file = await open(fileOf(kind), 'w', 0o600);
      const lines = lineSplitter();
      let batch = '';
      for await (const chunk of ndjson) {
        for (const line of lines.push(chunk)) batch += encode(entryOf(line));
        if (batch.length > BATCH_CHARACTERS) {
          await write(file, batch);
          batch = '';
        }
        yield chunk;
      }
      await write(file, batch);
    },

    async *entriesOf(kind, signal) {
      const source = createReadStream(fileOf(kind), { signal });
      for await (const line of linesOf(source)) yield decode(line.toString());
    },

    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function write(file: FileHandle, text: string): Promise<void> {
  if (text !== '') await file.appendFile(text);
}

// JSON, since a name may hold anything but a slash.
function encode({ path: name, resourceVersion, crc }: IndexEntry): string {
  return `${JSON.stringify([name, resourceVersion, crc])}\n`;
}

function decode(line: string): IndexEntry {
  const [name, resourceVersion, crc] = JSON.parse(line) as [string, string, number];
  return { path: name, resourceVersion, crc };
}
