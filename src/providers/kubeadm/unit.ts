import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Host } from '../../ports/host.ts';
import { patiently } from '../../rollout/patience.ts';
import type { StepContext } from '../provider.ts';
import { lineReader } from './lines.ts';
import {
  CHUNK_BYTES,
  FENCED_EXIT_CODE,
  fenceScript,
  lookScript,
  parseLook,
  startScript,
  type UnitLook,
} from './unit-script.ts';

/** A connection may be away for as long as a host takes to come back; the unit goes on by itself. */
const PATIENCE_SECONDS = 600;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 2000;
const LINES_KEPT = 60;

export interface Unit {
  readonly name: string;
  /** For people and `systemctl status`. */
  readonly title: string;
  readonly script: string;
}

export interface UnitEnd {
  /** Undefined when the unit ended without one: it was killed, or the host went down. */
  readonly exitCode: number | undefined;
  /** The last lines of its output. */
  readonly lines: readonly string[];
}

/**
 * Runs a script on a host as a transient systemd unit and follows it. If it runs already, started by this run over a connection
 * that broke or by an earlier run, it is followed and not started again. An abort ends the following, never the unit.
 * @throws KubestairError HOST_* when the host does not come back
 */
export async function runUnit(host: Host, unit: Unit, clock: Clock, context: StepContext): Promise<UnitEnd> {
  const before = await look(host, unit, 0, clock, context);
  if (before.running) {
    context.note(`found it still running on ${host.name} and followed it`);
    return follow(host, unit, before.attempt, clock, context);
  }
  const attempt = `${context.runId} ${clock.now().toISOString()}`;
  await start(host, unit, attempt, clock, context);
  return follow(host, unit, attempt, clock, context);
}

async function start(
  host: Host,
  unit: Unit,
  attempt: string,
  clock: Clock,
  context: StepContext,
): Promise<void> {
  const script = startScript({ ...unit, attempt, epoch: context.epoch });
  await persistently(host, clock, context, async () => {
    // After a lost connection nobody knows whether the unit was started: the host does.
    const { attempt: started } = parseLook((await run(host, lookScript(unit.name, 0), context)).stdout);
    if (started !== attempt) await startFenced(host, script, context);
  });
}

async function follow(
  host: Host,
  unit: Unit,
  attempt: string,
  clock: Clock,
  context: StepContext,
): Promise<UnitEnd> {
  const reader = lineReader();
  const lines: string[] = [];
  const take = (fresh: readonly string[]) => {
    for (const line of fresh) context.say(line);
    lines.push(...fresh);
    lines.splice(0, lines.length - LINES_KEPT);
  };
  // Another run may have started the unit first; then its work is followed.
  let followed = attempt;
  let offset = 0;
  let pause = FIRST_PAUSE_MILLISECONDS;
  while (true) {
    const now = await look(host, unit, offset, clock, context);
    if (now.running) followed = now.attempt;
    take(reader.feed(now.output));
    offset = Math.min(now.size, offset + CHUNK_BYTES);
    if (!now.running && offset >= now.size) {
      take(reader.rest());
      return { exitCode: now.attempt === followed ? now.exitCode : undefined, lines };
    }
    if (offset >= now.size) await clock.sleep(pause, context.signal);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MILLISECONDS);
  }
}

function look(host: Host, unit: Unit, offset: number, clock: Clock, context: StepContext): Promise<UnitLook> {
  return persistently(host, clock, context, async () => {
    const { stdout } = await run(host, lookScript(unit.name, offset), context);
    return parseLook(stdout);
  });
}

function startFenced(host: Host, script: string, { signal, epoch }: StepContext): Promise<void> {
  return runFenced(host, script, epoch, 'could not start a unit', signal);
}

/** From now on the host refuses work of runs that held the lock before. @throws KubestairError LOCK_LOST, HOST_* */
export function raiseFence(host: Host, epoch: number, signal?: AbortSignal): Promise<void> {
  return runFenced(host, fenceScript(epoch), epoch, 'could not raise the fence', signal);
}

/** Runs a script that begins with a fenceScript(). @throws KubestairError LOCK_LOST, HOST_* */
export async function runFenced(
  host: Host,
  script: string,
  epoch: number,
  failure: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { sudo: true, signal, timeoutSeconds: 60, allowFailure: true };
  const { exitCode, stdout, stderr } = await host.run(script, options);
  if (exitCode === FENCED_EXIT_CODE) throw fenced(host, epoch, stdout.trim());
  if (exitCode === 0) return;
  throw new KubestairError('HOST_COMMAND', `${failure}: exit code ${exitCode}: ${stderr.trim()}`, {
    object: `Node/${host.name}`,
    next: 'Run the same command again once that is mended: it goes on from here.',
  });
}

function fenced(host: Host, epoch: number, seen: string): KubestairError {
  return new KubestairError(
    'LOCK_LOST',
    `${host.name} has seen epoch ${seen} of the lock, and this run holds epoch ${epoch}: another run took over`,
    {
      object: `Node/${host.name}`,
      next: 'Look with `kubestair status` at what the other run does. If there is none, since store and cluster were replaced, remove /var/lib/kubestair/epoch on the hosts.',
    },
  );
}

function run(host: Host, script: string, { signal }: StepContext) {
  return host.run(script, { sudo: true, signal, timeoutSeconds: 60 });
}

function persistently<T>(host: Host, clock: Clock, context: StepContext, work: () => Promise<T>): Promise<T> {
  return patiently(work, {
    clock,
    signal: context.signal,
    seconds: PATIENCE_SECONDS,
    onWait: () => context.note(`the connection to ${host.name} was lost; work there goes on by itself`),
  });
}
