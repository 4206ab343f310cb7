import path from 'node:path';
import type { Connections } from '../connect.ts';
import type { ScratchMachine, ScratchNeed } from '../ports/scratch-machine.ts';
import type { ControlPlane } from '../providers/provider.ts';
import type { RunIo } from '../request/io.ts';

export interface ScratchPlace {
  /** Directories of this machine with programs; none for a control-plane host with its own. */
  readonly binaries: readonly string[];
  /** Names the machine on a host. */
  readonly id: string;
  readonly need: ScratchNeed;
  readonly controlPlanes: () => Promise<readonly ControlPlane[]>;
}

/** Where proofs are made: on this machine if its programs were named, or on a control-plane host. @throws KubestairError SCRATCH_UNAVAILABLE, HOST_* */
export async function openScratchMachine(
  { binaries, id, need, controlPlanes }: ScratchPlace,
  { provider, proving }: Connections,
  { cwd, env, tempDir }: RunIo,
  signal: AbortSignal,
): Promise<ScratchMachine> {
  if (binaries.length === 0) return await provider.openScratch(await controlPlanes(), id, need, signal);
  const directories = binaries.map((directory) => path.resolve(cwd, directory));
  return await proving.openLocalMachine({ directories, env, tempDir, neededBytes: need.diskBytes });
}
