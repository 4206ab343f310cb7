import { CronDate } from 'croner';

/** When an upgrade may work on nodes. */
export interface MaintenanceConfig {
  /** Without any it may at all times. */
  readonly windows: readonly MaintenanceWindow[];
  /** Stronger than every window. */
  readonly freeze: readonly Freeze[];
}

export interface MaintenanceWindow {
  /** When it opens: a cron expression of five fields. */
  readonly cron: string;
  /** Time zone of the IANA database that the expression is read in. */
  readonly timezone: string;
  readonly durationSeconds: number;
}

export interface Freeze {
  /** RFC 3339, in UTC. */
  readonly from: string;
  /** RFC 3339, in UTC; the first moment at which it is over. */
  readonly until: string;
  readonly reason: string;
}

/** A freeze as it is written: days, or times without an offset, in its time zone. */
interface WrittenFreeze {
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly reason: string;
}

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2})(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?)?$/;
const DAY_MS = 24 * 3600 * 1000;

export function toWindow(written: {
  readonly cron: string;
  readonly timezone: string;
  /** Seconds. */
  readonly duration: number;
}): MaintenanceWindow {
  const { cron, timezone, duration } = written;
  return { cron, timezone, durationSeconds: duration };
}

export function toFreeze(written: WrittenFreeze): Freeze {
  return {
    from: freezeStart(written).toISOString(),
    until: freezeEnd(written).toISOString(),
    reason: written.reason,
  };
}

export function freezeStart({ from, timezone }: Pick<WrittenFreeze, 'from' | 'timezone'>): Date {
  return momentOf(from, timezone);
}

/** A day is frozen up to its end. */
export function freezeEnd({ to, timezone }: Pick<WrittenFreeze, 'to' | 'timezone'>): Date {
  if (to.includes('T')) return momentOf(to, timezone);
  return momentOf(new Date(Date.parse(to) + DAY_MS).toISOString().slice(0, 10), timezone);
}

/** A day of the calendar, or a time of one, without an offset. */
export function isLocalTime(text: string): boolean {
  const day = LOCAL_TIME.exec(text)?.[1];
  if (day === undefined) return false;
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
}

/** A time that clocks skip is as long after their change as it would have been; of one that they show twice, the first counts. */
function momentOf(local: string, timezone: string): Date {
  return new CronDate(local.includes('T') ? local : `${local}T00:00:00`, timezone).getDate();
}
