import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { attempt, run } from './command.ts';
import type { LabState } from './state.ts';
import { bridgeName, gateway, machineName, network } from './topology.ts';

/** Whether the addresses of a slot are in use on this machine, by a lab or by anything else. */
export function isSlotInUse(slot: number): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.some((entry) => entry.address.startsWith(`${network(slot)}.`));
}

/** Makes the bridge that joins the lab's hosts, with the machine's own address on it. Safe to repeat. */
export async function ensureBridge(slot: number): Promise<void> {
  const bridge = bridgeName(slot);
  if (!(await exists(bridge)))
    await run('ip', ['link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0']);
  await run('ip', ['address', 'replace', `${gateway(slot)}/24`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
  await allowForwarding(bridge);
}

/** Gives the machine a way to every pod, so that tests can talk to pods themselves. Safe to repeat. */
export async function ensurePodRoutes(state: LabState): Promise<void> {
  for (const host of state.hosts) {
    if (host.podCidr !== undefined) await run('ip', ['route', 'replace', host.podCidr, 'via', host.address]);
  }
}

/** Removes the bridge, its addresses and its routes, and the links of hosts to it. Safe to repeat. */
export async function removeBridge(slot: number): Promise<void> {
  const links = (await readdir('/sys/class/net')).filter((link) => link.startsWith(hostLink(slot, '')));
  for (const link of links) await attempt('ip', ['link', 'delete', link]);
  const bridge = bridgeName(slot);
  if (!(await exists(bridge))) return;
  await forbidForwarding(bridge);
  await run('ip', ['link', 'delete', bridge]);
}

/**
 * Removes what the last boot of a host left of its link to the bridge. The kernel takes it away by itself,
 * but later than the host's next start.
 */
export async function removeHostLink(slot: number, host: string): Promise<void> {
  await attempt('ip', ['link', 'delete', hostLink(slot, host)]);
}

// systemd-nspawn calls it so, after the machine.
function hostLink(slot: number, host: string): string {
  return `vb-${machineName(slot, host)}`;
}

async function exists(link: string): Promise<boolean> {
  return (await attempt('ip', ['link', 'show', 'dev', link])).code === 0;
}

// Where bridged frames pass through the machine's own firewall, the rules of a container engine
// (forwarding refused by default) would keep the hosts from each other.
async function allowForwarding(bridge: string): Promise<void> {
  const filtered = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => '0');
  if (filtered.trim() !== '1') return;
  const check = await attempt('iptables', ['-C', ...forwardRule(bridge)]).catch(() => undefined);
  if (check !== undefined && check.code !== 0) await run('iptables', ['-I', ...forwardRule(bridge)]);
}

async function forbidForwarding(bridge: string): Promise<void> {
  await attempt('iptables', ['-D', ...forwardRule(bridge)]).catch(() => undefined);
}

function forwardRule(bridge: string): readonly string[] {
  return ['FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT'];
}
