import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEntry } from '../../../src/rollout/journal.ts';
import { storeFolder } from './exported.ts';
import { cli } from './kubestair.ts';
import type { TestLab } from './test-lab.ts';

/** In the middle of a step of a kind, or right after one. */
export interface KillPoint {
  readonly kind: string;
  readonly when: 'middle' | 'after';
}

export interface KilledRun {
  /** Where it was killed; absent for a run that came to its end. */
  readonly at?: KillPoint;
  /** Step that it was killed at. */
  readonly step?: string;
  readonly code: number | null;
  readonly printed: string;
}

const POLL_MILLISECONDS = 50;

/** Runs the built command line and kills it at the first of these points that it comes to, as its journal in the store tells. */
export async function runUntilKilled(
  lab: TestLab,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  points: readonly KillPoint[],
): Promise<KilledRun> {
  const runs = path.join(storeFolder(lab), 'test', 'runs');
  const before = new Set(await journalFiles(runs));
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isOver = ended.then(() => true as const);
  const read = new Set(before);
  for (;;) {
    for (const file of await journalFiles(runs)) {
      if (read.has(file)) continue;
      const entry = await readEntry(path.join(runs, file));
      if (entry === undefined) continue;
      read.add(file);
      const at = points.find((point) => isAt(point, entry));
      if (at === undefined) continue;
      // Somewhere in the middle, another time elsewhere.
      if (at.when === 'middle') await Promise.race([delay(timeInto(at.kind)), ended]);
      child.kill('SIGKILL');
      const code = await ended;
      if (code !== null) return { code, printed };
      return { at, step: entry.step, code, printed };
    }
    const over = await Promise.race([isOver, delay(POLL_MILLISECONDS, false as const)]);
    if (over) return { code: await ended, printed };
  }
}

function isAt({ kind, when }: KillPoint, { step, event }: JournalEntry): boolean {
  const last = step.split('/').at(-1) ?? '';
  // Gates and hooks have their own names behind the kind; a kind may be that of one node, as `w1/drain`.
  const isOf = last === kind || last.startsWith(`${kind}-`) || step.endsWith(`/${kind}`);
  return isOf && event === (when === 'middle' ? 'started' : 'done');
}

/** A time into a step of a kind, in milliseconds. */
function timeInto(kind: string): number {
  // Once kubeadm is at work, and its parts restart.
  const least = kind === 'control-plane' ? 10_000 : 0;
  return least + Math.random() * (longestInto(kind) - least);
}

/** Longest time into a step of a kind, in milliseconds. */
function longestInto(kind: string): number {
  switch (kind.split('/').at(-1)) {
    case 'control-plane':
      return 60_000;
    case 'stage':
    case 'drain':
    case 'kubelet':
    case 'node-config':
    case 'join':
      return 5000;
    case 'reset':
      return 2000;
    case 'gate':
    case 'hook':
      return 1000;
    default:
      return 300;
  }
}

async function journalFiles(runs: string): Promise<readonly string[]> {
  const files = await readdir(runs, { recursive: true }).catch(() => []);
  return files.filter((file) => file.endsWith('.json')).toSorted();
}

/** Undefined while the store is at writing it. */
async function readEntry(file: string): Promise<JournalEntry | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.endsWith('}\n') ? (JSON.parse(text) as JournalEntry) : undefined;
}
