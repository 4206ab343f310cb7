import type { MaintenanceConfig } from '../config/windows.ts';
import { KubestairError } from '../errors.ts';
import { windowAt } from '../plan/windows.ts';
import type { RunIo } from '../request/io.ts';
import { awaitWindow } from '../rollout/window.ts';

/**
 * Refuses to begin outside of the maintenance windows, unless somebody said why it may.
 * @param outside the reason that was given
 * @throws KubestairError OUTSIDE_WINDOW
 */
export function assertWithinWindow(
  config: MaintenanceConfig & { readonly name: string },
  now: Date,
  outside: string | undefined,
): void {
  const state = windowAt(now, config);
  if (state.state === 'open' || outside !== undefined) return;
  const { frozen, opensAt } = state;
  const next = opensAt === undefined ? 'no window opens in sight' : `the next one opens at ${time(opensAt)}`;
  throw new KubestairError(
    'OUTSIDE_WINDOW',
    frozen === undefined ? `no maintenance window is open: ${next}` : `a freeze is on (${frozen}): ${next}`,
    {
      object: `cluster ${config.name}`,
      next: `${opensAt === undefined ? 'Change spec.windows or spec.freeze' : 'Run the same command then'}, or say why it may go on now with --outside-window.`,
    },
  );
}

/** @returns whether a window had to be waited for: what was looked at before is old by now */
export async function hasWaitedForWindow(
  { waitForWindow, outsideWindow }: { readonly waitForWindow?: boolean; readonly outsideWindow?: string },
  config: MaintenanceConfig,
  { clock, log, signal }: RunIo,
): Promise<boolean> {
  if (waitForWindow !== true || outsideWindow !== undefined) return false;
  if (windowAt(clock.now(), config).state === 'open') return false;
  await awaitWindow(0, { config, clock, log, signal, wait: true });
  return true;
}

function time(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
