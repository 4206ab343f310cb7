/** What the supervisor is told, a JSON text a line. */
export type SupervisorOrder =
  | {
      readonly order: 'start';
      readonly name: string;
      readonly command: readonly string[];
      readonly port: number;
      readonly socketPath: string;
      readonly logFile: string;
    }
  | { readonly order: 'stop'; readonly name: string };

/** What it tells. */
export type SupervisorEvent =
  | { readonly event: 'ready' }
  | { readonly event: 'started' | 'ended'; readonly name: string };

/**
 * Runs in a process of its own inside a network namespace: starts programs, and leads Unix sockets to their ports, since a socket of
 * the file system can be reached from every network namespace. It ends, and everything in it, with its standard input. Only its text
 * is handed to that process, so it uses nothing from around it.
 */
export function supervise(): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { openSync } = process.getBuiltinModule('node:fs');
  const net = process.getBuiltinModule('node:net');
  const readline = process.getBuiltinModule('node:readline');
  const running = new Map<string, { readonly stop: () => void }>();

  const tell = (event: SupervisorEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

  const start = (order: Extract<SupervisorOrder, { order: 'start' }>): void => {
    const { name, command, port, socketPath, logFile } = order;
    const [program = '', ...args] = command;
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    const door = net.createServer((inner) => {
      const outer = net.connect(port, '127.0.0.1');
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    const ended = (): void => {
      door.close();
      running.delete(name);
      tell({ event: 'ended', name });
    };
    child.once('exit', ended);
    child.once('error', ended);
    running.set(name, { stop: () => child.kill('SIGKILL') });
    door.listen(socketPath, () => tell({ event: 'started', name }));
  };

  readline
    .createInterface({ input: process.stdin })
    .on('line', (line) => {
      const order = JSON.parse(line) as SupervisorOrder;
      if (order.order === 'start') start(order);
      else running.get(order.name)?.stop();
    })
    .on('close', () => {
      for (const { stop } of running.values()) stop();
      process.exit(0);
    });
  tell({ event: 'ready' });
}
