import { mkdir } from 'node:fs/promises';

/** Makes a directory where there is none; those above it have to be there: making them too never ends below /proc (Node.js 24). */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
}
