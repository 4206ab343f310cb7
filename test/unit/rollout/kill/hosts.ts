import type { Clock } from '../../../../src/ports/clock.ts';
import type { CommandResult, Host } from '../../../../src/ports/host.ts';
import { FENCED_EXIT_CODE } from '../../../../src/providers/kubeadm/unit-script.ts';

/** What a unit's script does to its host once it has run to its end. */
export interface Work {
  readonly seconds: number;
  /** Seconds into it between which the only API server does not answer. */
  readonly apiAway?: readonly [from: number, to: number];
  effect(): void;
}

interface Unit {
  readonly attempt: string;
  readonly title: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly work: Work;
  ended: boolean;
}

export interface SimulatedHosts {
  named(name: string): Host;
  /** Units that were started, as often as they were. */
  readonly started: readonly string[];
  /** Lets units end whose time has come. */
  settle(): void;
  succeeded(name: string, unit: string): boolean;
  /** Whether the API server is away just now, for the work of a unit. */
  isApiAway(): boolean;
}

/**
 * Hosts that understand the scripts of src/providers/kubeadm/unit-script.ts: a unit goes on by itself whatever becomes of who started
 * it, one of a name runs at a time, and a start with an older epoch than was seen is refused.
 * @param workOf what a unit does, by its name
 * @param answerOf what else a host is asked or told, by its script; the output
 */
export function simulatedHosts(
  clock: Clock,
  workOf: (unit: string) => Work,
  answerOf: (host: string, script: string) => string,
): SimulatedHosts {
  const units = new Map<string, Unit>();
  const epochs = new Map<string, number>();
  const started: string[] = [];
  const settle = (): void => {
    for (const unit of [...units.values()].toSorted((a, b) => a.endsAt - b.endsAt)) {
      if (unit.ended || unit.endsAt > clock.now().getTime()) continue;
      unit.ended = true;
      unit.work.effect();
    }
  };

  const fence = (host: string, script: string): CommandResult | undefined => {
    const epoch = Number(/-gt (\d+) \]/.exec(script)?.[1]);
    const seen = epochs.get(host) ?? 0;
    if (seen > epoch) return result(`${seen}\n`, FENCED_EXIT_CODE);
    epochs.set(host, epoch);
    return undefined;
  };
  const start = (key: string, script: string): CommandResult => {
    const running = units.get(key);
    if (running?.ended === false) return result('');
    const [, attempt = ''] = /^echo '(.*)' >attempt$/m.exec(script) ?? [];
    const [, title = ''] = /--description='([^']*)'/.exec(script) ?? [];
    const unit = key.split('/')[1] ?? '';
    const work = workOf(unit);
    started.push(unit);
    const startedAt = clock.now().getTime();
    const endsAt = startedAt + work.seconds * 1000;
    units.set(key, { attempt, title, startedAt, endsAt, work, ended: false });
    return result('');
  };
  const look = (unit: Unit | undefined): CommandResult => {
    if (unit === undefined) return result('inactive\n\n\n0\n');
    return result(`${unit.ended ? 'inactive' : 'active'}\n${unit.attempt}\n${unit.ended ? 0 : ''}\n0\n`);
  };
  const list = (name: string): CommandResult => {
    const running = [...units].filter(([key, { ended }]) => key.startsWith(`${name}/`) && !ended);
    const lines = running.map(
      ([key, { title }]) => `${key.slice(name.length + 1)}.service loaded active running ${title}`,
    );
    return result(lines.join('\n'));
  };
  const isApiAway = (): boolean => {
    settle();
    return [...units.values()].some(({ ended, startedAt, work: { apiAway } }) => {
      const seconds = (clock.now().getTime() - startedAt) / 1000;
      return !ended && apiAway !== undefined && seconds >= apiAway[0] && seconds < apiAway[1];
    });
  };
  const run = (name: string, script: string): CommandResult => {
    settle();
    const refused = script.includes('/epoch') ? fence(name, script) : undefined;
    if (refused !== undefined) return refused;
    if (script.includes('list-units')) return list(name);
    const [, unit] = /units\/(kubestair-[0-9a-f]+)/.exec(script) ?? [];
    if (unit === undefined) return result(answerOf(name, script));
    return script.includes('systemd-run')
      ? start(`${name}/${unit}`, script)
      : look(units.get(`${name}/${unit}`));
  };

  return {
    started,
    settle,
    isApiAway,
    succeeded: (name, unit) => units.get(`${name}/${unit}`)?.ended === true,
    named: (name) => ({
      name,
      target: `ops@${name}:22`,
      run: async (script) => run(name, script),
      stream: () => {
        throw new Error('no streams here');
      },
      send: () => Promise.reject(new Error('nothing is sent here')),
      tunnel: () => Promise.reject(new Error('no tunnels here')),
      close: async () => {},
    }),
  };
}

function result(stdout: string, exitCode = 0): CommandResult {
  return { exitCode, stdout, stderr: '' };
}
