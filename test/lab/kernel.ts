import { readFile, writeFile } from 'node:fs/promises';
import { attempt } from './command.ts';

// All hosts share root's limits, and a kubelet, a runtime and systemd each watch many files.
const atLeast: Readonly<Record<string, number>> = {
  'fs/inotify/max_user_instances': 8192,
  'fs/inotify/max_user_watches': 524_288,
};

// Loaded on demand only from the machine itself, where the kernel has them as modules at all.
const modules = ['overlay', 'br_netfilter', 'nf_conntrack'];

/** Raises the limits of the machine that several hosts at once run into. */
export async function prepareKernel(): Promise<void> {
  await attempt('modprobe', ['--all', '--quiet', ...modules]).catch(() => undefined);
  for (const [name, wanted] of Object.entries(atLeast)) {
    const file = `/proc/sys/${name}`;
    if (Number(await readFile(file, 'utf8')) < wanted) await writeFile(file, String(wanted));
  }
}
