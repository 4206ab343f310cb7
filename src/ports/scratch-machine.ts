/** What a scratch control plane is made of. */
export type ScratchProgram = 'etcd' | 'etcdutl' | 'kube-apiserver';

/**
 * A port to a place where programs run that must reach nothing: they see a loopback interface of their own and no other network.
 * Everything they leave behind is below one directory. All methods throw KubestairError; SCRATCH_FAILED if nothing else is said.
 */
export interface ScratchMachine {
  /** For people: `cp1`, or `this machine`. */
  readonly name: string;
  /** Private, on the machine. */
  readonly directory: string;
  /**
   * Where a program is on the machine.
   * @param version Of Kubernetes, for kube-apiserver.
   * @throws KubestairError SCRATCH_UNAVAILABLE when it cannot be had there
   */
  program(name: ScratchProgram, version: string | undefined, signal: AbortSignal): Promise<string>;
  /** Keeps a stream in a file of the directory. */
  keep(file: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Keeps a text that others must not read in a file of the directory. */
  keepText(file: string, content: string, signal: AbortSignal): Promise<void>;
  readText(file: string, signal: AbortSignal): Promise<string>;
  remove(file: string, signal: AbortSignal): Promise<void>;
  /** Runs a program to its end, whatever its exit code. */
  run(command: readonly string[], signal: AbortSignal): Promise<ProgramEnd>;
  /** Starts a program that serves a port of its loopback interface. */
  start(service: ScratchService, signal: AbortSignal): Promise<RunningService>;
  /** Ends everything and removes the directory. */
  close(): Promise<void>;
}

/** What a scratch control plane is going to take of a machine. */
export interface ScratchNeed {
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

export interface ScratchService {
  readonly name: string;
  readonly command: readonly string[];
  readonly port: number;
  /** It is killed beyond this, where the machine can do that. */
  readonly memoryBytes: number;
}

export interface RunningService {
  /** A Unix socket of this machine that leads to the port. */
  readonly socketPath: string;
  look(signal: AbortSignal): Promise<ServiceLook>;
  stop(): Promise<void>;
}

export interface ServiceLook {
  readonly running: boolean;
  /** The last lines that it printed. */
  readonly lines: readonly string[];
}

export interface ProgramEnd {
  readonly exitCode: number;
  /** The last lines of its standard output and error. */
  readonly lines: readonly string[];
}
