import { PassThrough, Writable } from 'node:stream';
import { Exec, type KubeConfig } from '@kubernetes/client-node';
import type { SshProcess } from './ssh-process.ts';

/** As with ssh: a connection that is gone without a word is found after three of them. */
const PING_MILLISECONDS = 5000;
const PINGS_UNANSWERED = 3;
const CONNECT_MILLISECONDS = 20_000;
const STDERR_KEPT = 64 * 1024;
/** Channels, and the protocol in which an input can end. */
const [STDIN, STDOUT, STDERR, STATUS, CLOSE] = [0, 1, 2, 3, 255];
const PROTOCOL = 'v5.channel.k8s.io';

/** What a WebSocket of the package ws can do; client-node gives one. */
interface Socket {
  readonly protocol: string;
  /** Whether nothing is read from it, answers to pings included. */
  readonly isPaused: boolean;
  send(data: Uint8Array, done: (error?: Error) => void): void;
  ping(): void;
  pause(): void;
  resume(): void;
  terminate(): void;
  on(event: 'close' | 'error' | 'pong', listener: () => void): void;
}

/** The exec was not begun: nothing ran. */
export class ExecRefused extends Error {
  override readonly name = 'ExecRefused';
  /** Status of the answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined) {
    super(message);
    this.status = status;
  }
}

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * Starts a command in a container through the API server, over a WebSocket. Without a status at the end, `ended` is undefined: the
 * connection broke, and nobody knows what became of the command.
 * Source: k8s.io/apimachinery/pkg/util/remotecommand, v0.36: channels of v5.channel.k8s.io.
 * @throws ExecRefused
 */
export async function startExec(
  config: KubeConfig,
  { namespace, pod, container }: ExecTarget,
  command: readonly string[],
): Promise<SshProcess> {
  const query = new URLSearchParams({
    container,
    stdin: 'true',
    stdout: 'true',
    stderr: 'true',
    tty: 'false',
  });
  for (const word of command) query.append('command', word);
  const stdout = new PassThrough();
  const ended = Promise.withResolvers<number | undefined>();
  let socket: Socket | undefined;
  let stderr = '';
  let code: number | undefined;
  const receive = (stream: number, data: Buffer): boolean => {
    switch (stream) {
      case STDOUT:
        if (!stdout.write(data)) {
          socket?.pause();
          stdout.once('drain', () => socket?.resume());
        }
        return true;
      case STDERR:
        stderr = (stderr + data.toString('utf8')).slice(-STDERR_KEPT);
        return true;
      case STATUS: {
        const end = readStatus(data.toString('utf8'));
        code = end.code;
        if (end.message !== '') stderr += end.message;
        return false;
      }
      default:
        return true;
    }
  };
  socket = await open(config, `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`, receive);
  const keepAlive = pinging(socket);
  // An error is followed by the close, which says all there is to say.
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(keepAlive);
    stdout.end();
    ended.resolve(code);
  });
  const opened = socket;
  return {
    stdin: inputOf(opened),
    stdout,
    stderr: () => stderr,
    ended: ended.promise,
    startError: () => undefined,
    kill: () => {
      opened.terminate();
      stdout.destroy();
    },
  };
}

async function open(
  config: KubeConfig,
  path: string,
  receive: (stream: number, data: Buffer) => boolean,
): Promise<Socket> {
  const connecting = new Exec(config).handler.connect(path, null, receive).then(
    (socket) => socket as unknown as Socket,
    (thrown: unknown) => {
      const message = messageOf(thrown);
      const status = /server response: (\d{3})/.exec(message)?.[1];
      throw new ExecRefused(message, status === undefined ? undefined : Number(status));
    },
  );
  const socket = await withinTime(connecting);
  if (socket.protocol === PROTOCOL) return socket;
  socket.terminate();
  throw new ExecRefused(
    `the API server speaks ${socket.protocol || 'no known protocol'}, in which an input has no end; it takes Kubernetes 1.30 or newer`,
    undefined,
  );
}

/** A server that takes the connection and says nothing keeps nobody waiting. */
async function withinTime(connecting: Promise<Socket>): Promise<Socket> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new ExecRefused(`no answer within ${CONNECT_MILLISECONDS / 1000} s`, undefined));
    connecting.then(
      (socket) => socket.terminate(),
      () => {},
    );
  }, CONNECT_MILLISECONDS);
  try {
    return await Promise.race([connecting, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Standard input of the command: written as fast as the socket takes it, ended by a message of its own. */
function inputOf(socket: Socket): Writable {
  const send = (data: Buffer, done: (error?: Error | null) => void) =>
    socket.send(data, (error) => done(error ?? null));
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => send(Buffer.concat([Buffer.of(STDIN), chunk]), done),
    final: (done) => send(Buffer.of(CLOSE, STDIN), done),
  });
  // A command that ends before its input does; its exit code says so.
  input.on('error', () => {});
  socket.on('close', () => input.destroy());
  return input;
}

function pinging(socket: Socket): NodeJS.Timeout {
  let unanswered = 0;
  socket.on('pong', () => {
    unanswered = 0;
  });
  return setInterval(() => {
    if (socket.isPaused) unanswered = 0;
    else unanswered += 1;
    if (unanswered > PINGS_UNANSWERED) socket.terminate();
    else socket.ping();
  }, PING_MILLISECONDS).unref();
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

function readStatus(text: string): { readonly code: number | undefined; readonly message: string } {
  const { status, message = '', details }: ExecStatus = JSON.parse(text);
  if (status === 'Success') return { code: 0, message: '' };
  const exit = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return exit === undefined ? { code: undefined, message } : { code: Number(exit), message: '' };
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  const { message } = thrown as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(thrown);
}
