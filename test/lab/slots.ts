import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from './errors.ts';
import { labsDir, slotsDir } from './paths.ts';

const highestSlot = 99;

/** Claims the lowest free slot, which decides bridge and addresses, for a lab; keeps one it has. */
export async function claimSlot(name: string, isTaken: (slot: number) => boolean): Promise<number> {
  const held = await slotOf(name);
  if (held !== undefined) return held;
  await mkdir(slotsDir(), { recursive: true });
  for (let slot = 0; slot <= highestSlot; slot += 1) {
    if (!isTaken(slot) && (await claim(slot, name))) return slot;
  }
  throw new LabError('all 100 slots for labs are taken; free some with: lab down --all');
}

/** The slot that a lab holds. */
export async function slotOf(name: string): Promise<number | undefined> {
  const claims = await readClaims();
  return claims.find((entry) => entry.owner === name)?.slot;
}

/** Gives the slot of a lab back. */
export async function releaseSlot(name: string): Promise<void> {
  const slot = await slotOf(name);
  if (slot !== undefined) await rm(path.join(slotsDir(), String(slot)), { force: true });
}

/** Names of the labs that left something in the cache, whole or broken. */
export async function labNames(): Promise<readonly string[]> {
  const dirs = await readdir(labsDir()).catch(() => []);
  const owners = (await readClaims()).map((entry) => entry.owner);
  return [...new Set([...dirs, ...owners])].filter((name) => name !== '').sort();
}

async function readClaims(): Promise<readonly { readonly slot: number; readonly owner: string }[]> {
  const files = await readdir(slotsDir()).catch(() => []);
  return Promise.all(
    files.map(async (file) => ({
      slot: Number(file),
      owner: (await readFile(path.join(slotsDir(), file), 'utf8')).trim(),
    })),
  );
}

// The exclusive flag makes the claim atomic, so that two labs started at once get two slots.
async function claim(slot: number, name: string): Promise<boolean> {
  try {
    await writeFile(path.join(slotsDir(), String(slot)), name, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
