import { Cron } from 'croner';
import * as z from 'zod';
import { text, wantedDuration } from './values.ts';
import { freezeEnd, freezeStart, isLocalTime } from './windows.ts';

/** What croner's search for the first opening starts from: a fixed moment, so that a file means the same on every day. */
const SOME_DAY = new Date('2024-01-01T00:00:00Z');

const timezone = z
  .string()
  .refine(isTimezone, 'must be a time zone such as Europe/Berlin')
  .default('UTC')
  .describe('Time zone of the IANA database, for example `Asia/Seoul`.');

const window = z.strictObject({
  cron: z
    .string()
    .refine(opens, 'must be a cron expression of five fields that some day meets, such as 0 1 * * 6')
    .describe(
      'When it opens: minute, hour, day of the month, month, day of the week. Where the clocks go forward over it, it opens once they have.',
    ),
  duration: wantedDuration('How long it stays open, in time that passes, whatever clocks do.').refine(
    (seconds) => seconds >= 60,
    'must be a minute or more',
  ),
  timezone,
});

/** The list spec.windows of the cluster file. */
export const windowList = z
  .array(window)
  .default([])
  .describe('When an upgrade may work on nodes; without any it may at all times.');

const localTime = (about: string) =>
  z
    .string()
    .refine(isLocalTime, 'must be a day such as 2026-12-20, or a time such as 2026-12-20T18:00')
    .describe(about);

const freeze = z
  .strictObject({
    from: localTime('First day, or the time at which it begins.'),
    to: localTime('Last day, or the time at which it ends.'),
    timezone,
    reason: text('Why; shown to whoever would upgrade.'),
  })
  .refine((each) => freezeStart(each) < freezeEnd(each), {
    path: ['to'],
    error: 'must not be before its beginning',
    when: ({ issues }) => issues.length === 0,
  });

/** The list spec.freeze of the cluster file. */
export const freezeList = z
  .array(freeze)
  .default([])
  .describe('Times at which no upgrade may work on nodes, even within a window.');

function opens(cron: string): boolean {
  try {
    return new Cron(cron, { mode: '5-part', timezone: 'UTC' }).nextRun(SOME_DAY) !== null;
  } catch {
    return false;
  }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
