import * as z from 'zod';
import { DURATION, durationSeconds } from './duration.ts';

/** A text that is not empty. */
export const text = (about: string) => z.string().min(1, 'must not be empty').describe(about);

/** @param form what the pattern asks for, to follow "must be" */
export const matching = (pattern: RegExp, form: string, about: string) =>
  z.string().regex(pattern, `must be ${form}`).describe(about);

const seconds = z
  .string()
  .min(2, 'must be a duration such as 30s, 10m or 1h30m')
  .regex(DURATION, 'must be a duration such as 30s, 10m or 1h30m')
  .transform(durationSeconds);

/** A duration with a default, in seconds. */
export const duration = (preset: string, about: string) => seconds.prefault(preset).describe(about);

/** A duration that has to be written, in seconds. */
export const wantedDuration = (about: string) => seconds.describe(about);

export const httpUrl = (about: string) =>
  matching(/^https?:\/\/[^\s'"`$\\]+$/, 'a URL with http or https', about);

export const flag = (about: string) => z.boolean().default(false).describe(about);
