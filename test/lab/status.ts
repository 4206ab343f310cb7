import { type NodeSummary, nodes } from './calm.ts';
import { isHostOn } from './host.ts';
import { type LabPaths, labPaths } from './paths.ts';
import { serviceStatus } from './services.ts';
import { tryOnHost } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';

interface HostStatus {
  readonly host: LabHost;
  /** `off`, or what systemd says of the boot: `starting`, `running`, `degraded`, … */
  readonly boot: string;
  readonly node: NodeSummary | undefined;
}

async function hostStatus(state: LabState): Promise<readonly HostStatus[]> {
  const paths = labPaths(state.name);
  const known = await nodes(state).catch(() => []);
  return Promise.all(
    state.hosts.map(async (host) => ({
      host,
      boot: await bootState(state, paths, host),
      node: known.find((candidate) => candidate.name === host.name),
    })),
  );
}

/** The status of a lab as a table for people. */
export async function describeStatus(state: LabState): Promise<string> {
  const hosts = await hostStatus(state);
  const services = await serviceStatus(state, labPaths(state.name));
  const rows = [
    ['HOST', 'ROLE', 'ADDRESS', 'BOOT', 'NODE', 'KUBELET'],
    ...hosts.map(({ host, boot, node }) => {
      const ready = node === undefined ? '-' : node.ready ? 'Ready' : 'NotReady';
      return [host.name, host.role, host.address, boot, ready, node?.version ?? '-'];
    }),
    [],
    ['SERVICE', 'URL', 'PROCESS'],
    ...services.map(({ name, url, pid }) => [name, url, pid === undefined ? 'not running' : String(pid)]),
  ];
  const title = `lab ${state.name}: made with Kubernetes ${state.version}, serves ${state.versions.join(', ')}`;
  return [title, '', ...table(rows)].join('\n');
}

async function bootState(state: LabState, paths: LabPaths, host: LabHost): Promise<string> {
  if (!(await isHostOn(paths, host.name))) return 'off';
  const result = await tryOnHost(state, host.name, 'systemctl is-system-running || true', {
    timeoutMs: 8000,
  });
  return result.stdout.trim() || 'no login';
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
