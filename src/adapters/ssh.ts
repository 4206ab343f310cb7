import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SshConfig } from '../config/schema.ts';
import type { Host } from '../ports/host.ts';
import { strictConfig } from './ssh-config.ts';
import { openHost } from './ssh-host.ts';

/** A Unix socket's path holds 108 bytes, and ssh adds 17 to the control socket's while it makes it. */
const LONGEST_DIRECTORY = 70;

export interface Hosts {
  /** The host of a node; the same one each time. Nothing connects before it is used. */
  hostOf(node: { readonly name: string; readonly address: string }): Host;
  /** Removes what earlier runs left in the cluster by which they reached hosts; absent where nothing is left. @returns how many */
  removeLeftovers?(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/**
 * Hosts over the system's OpenSSH: strict host keys for the host and every jump host, no agent forwarding, no prompts, and
 * one connection a host that all its commands share. Keys, agents, jump hosts and aliases of the user's ssh_config work.
 */
export function openHosts(ssh: SshConfig): Hosts {
  let directory: Promise<string> | undefined;
  const ready = () => {
    directory ??= makeDirectory(ssh);
    return directory;
  };
  const hosts = new Map<string, Host>();
  return {
    hostOf({ name, address }) {
      const known = hosts.get(name);
      if (known !== undefined) return known;
      const host = openHost({ name, address: ssh.addresses[name] ?? address, index: hosts.size, ssh, ready });
      hosts.set(name, host);
      return host;
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.close()));
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
      directory = undefined;
    },
  };
}

async function makeDirectory(ssh: SshConfig): Promise<string> {
  const base = tmpdir().length > LONGEST_DIRECTORY - '/kubestair-XXXXXX'.length ? '/tmp' : tmpdir();
  const directory = await mkdtemp(path.join(base, 'kubestair-'));
  await writeFile(path.join(directory, 'config'), strictConfig(ssh), { mode: 0o600 });
  return directory;
}
