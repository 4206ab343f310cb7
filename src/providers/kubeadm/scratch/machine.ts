import { asKubestairError, KubestairError } from '../../../errors.ts';
import type { Host, RunOptions, Tunnel } from '../../../ports/host.ts';
import type {
  ProgramEnd,
  RunningService,
  ScratchMachine,
  ScratchNeed,
  ScratchService,
} from '../../../ports/scratch-machine.ts';
import { quote } from '../scripts/shell.ts';
import { bringProgram } from './programs.ts';
import {
  doorOf,
  endScript,
  holdScript,
  keepScript,
  lookScript,
  openScript,
  type Places,
  placesOf,
  runScript,
  startScript,
  stopScript,
} from './scripts.ts';

const LINES = 20;
const CLOSE_SECONDS = 60;

/**
 * A scratch machine on a control-plane host, made of the host's own images: systemd units in a network of their own and with limits.
 * It is gone once this closes it, or the connection or the run that holds it ends, whichever comes first.
 * @param id Names it on the host.
 * @throws KubestairError SCRATCH_UNAVAILABLE with the reason, HOST_*
 */
export async function openHostScratch(
  host: Host,
  id: string,
  need: ScratchNeed,
  signal: AbortSignal,
): Promise<ScratchMachine> {
  const places = placesOf(id);
  await open(host, places, need, signal);
  const holder = hold(host, places);
  const tunnels = new Set<Tunnel>();
  const programs = new Map<string, Promise<string>>();
  let runs = 0;
  const inside = (file: string): string => quote(`${places.directory}/${file}`);
  const run = (script: string, options: RunOptions = {}) =>
    failing(host, () => host.run(script, { sudo: true, signal, ...options }));
  const send = (file: string, content: AsyncIterable<Uint8Array>, during: AbortSignal) =>
    failing(host, () => host.send(keepScript(places, file), content, { sudo: true, signal: during }));

  return {
    name: host.name,
    directory: places.directory,

    program(name, version, during) {
      const key = `${name} ${version}`;
      const known = programs.get(key);
      if (known !== undefined) return known;
      const brought = bringProgram(host, places, name, version, during);
      programs.set(key, brought);
      return brought;
    },

    async keep(file, content, during) {
      await send(file, content, during);
    },

    async keepText(file, content, during) {
      await send(file, once(Buffer.from(content)), during);
    },

    async readText(file, during) {
      return (await run(`cat ${inside(file)}`, { signal: during })).stdout;
    },

    async remove(file, during) {
      await run(`rm -rf ${inside(file)}`, { signal: during });
    },

    async run(command, during): Promise<ProgramEnd> {
      runs += 1;
      const script = runScript(places, `run${runs}`, command);
      const { exitCode, stdout, stderr } = await run(script, { signal: during, allowFailure: true });
      return { exitCode, lines: lastLines(`${stdout}\n${stderr}`) };
    },

    async start(service: ScratchService, during): Promise<RunningService> {
      await run(startScript(places, service), { signal: during });
      const tunnel = await host.tunnel({ socket: doorOf(places, service.name) }, during);
      tunnels.add(tunnel);
      return {
        socketPath: tunnel.socketPath,
        async look(looking) {
          const { stdout } = await run(lookScript(places, service.name), { signal: looking });
          const [state, ...lines] = stdout.split('\n');
          return {
            running: state === 'active' || state === 'activating',
            lines: lastLines(lines.join('\n')),
          };
        },
        async stop() {
          tunnels.delete(tunnel);
          await tunnel.close();
          await run(stopScript(places, service.name));
        },
      };
    },

    async close() {
      for (const tunnel of tunnels) await tunnel.close();
      holder.release();
      await holder.ended;
      // Of its own time, since the run's signal may be what ended the proof.
      await host.run(endScript(places), { sudo: true, timeoutSeconds: CLOSE_SECONDS });
    },
  };
}

async function open(host: Host, places: Places, need: ScratchNeed, signal: AbortSignal): Promise<void> {
  const options = { sudo: true, signal, timeoutSeconds: 120, allowFailure: true };
  const { exitCode, stdout, stderr } = await host.run(openScript(places, need), options);
  const reason = /^unavailable (.*)$/m.exec(stdout)?.[1];
  if (exitCode === 0 && reason === undefined) return;
  const said = reason ?? (stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`);
  throw new KubestairError(
    'SCRATCH_UNAVAILABLE',
    `${host.name} cannot run a scratch control plane: ${said}`,
    {
      object: `Node/${host.name}`,
      next: 'Mend that, or name a directory of this machine that holds etcd, etcdutl and kube-apiserver with --binaries.',
    },
  );
}

/** Keeps a pipe on the host open: the host notices when whoever held it is gone. */
function hold(host: Host, places: Places): { release(): void; readonly ended: Promise<void> } {
  const released = Promise.withResolvers<void>();
  const silence = async function* (): AsyncGenerator<Uint8Array> {
    await released.promise;
    yield new Uint8Array();
  };
  const held = host.send(holdScript(places), silence(), { sudo: true });
  return {
    release: released.resolve,
    ended: held.then(
      () => {},
      () => {},
    ),
  };
}

/** A command that fails on the host is trouble of the scratch machine. */
async function failing<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = asKubestairError(thrown);
    if (code !== 'HOST_COMMAND') throw thrown;
    throw new KubestairError('SCRATCH_FAILED', message, {
      object: `Node/${host.name}`,
      next: 'Look at the disk and the journal of that host, then run the command again.',
      cause: thrown,
    });
  }
}

function lastLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
