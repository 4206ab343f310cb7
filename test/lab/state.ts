import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isMissing, LabError } from './errors.ts';
import { labPaths } from './paths.ts';
import { labNames } from './slots.ts';

export type HostRole = 'control-plane' | 'worker' | 'spare' | 'etcd' | 'balancer';

export interface LabHost {
  readonly name: string;
  readonly role: HostRole;
  readonly address: string;
  /** The pods' subnet on this host; undefined where no pods run. */
  readonly podCidr: string | undefined;
}

export interface LabSecrets {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly joinToken: string;
  readonly certificateKey: string;
}

export interface LabState {
  readonly name: string;
  readonly slot: number;
  readonly version: string;
  /** Every version whose packages and images can be had. */
  readonly versions: readonly string[];
  readonly hosts: readonly LabHost[];
  readonly secrets: LabSecrets;
  /** Whether the cluster was brought up to the end. */
  readonly ready: boolean;
}

/** The saved state of a lab; undefined when there is none. */
export async function readState(name: string): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(labPaths(name).state, 'utf8')) as LabState;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    if (cause instanceof LabError) throw cause;
    throw new LabError(
      `the state of lab ${name} cannot be read; remove the lab with: lab down --name ${name}`,
    );
  }
}

/** The state of a lab that must be there. */
export async function requireState(name: string): Promise<LabState> {
  const state = await readState(name);
  if (state !== undefined) return state;
  const others = await labNames();
  const known = others.length === 0 ? 'there are none yet' : `known labs: ${others.join(', ')}`;
  throw new LabError(`there is no lab named ${name} (${known}); start one with: lab up --name ${name}`);
}

/** Writes the state so that a crash leaves either the old one or the new one. */
export async function writeState(state: LabState): Promise<void> {
  const paths = labPaths(state.name);
  await mkdir(paths.dir, { recursive: true });
  await writeFile(`${paths.state}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${paths.state}.new`, paths.state);
}

/** Secrets of a new lab, none of them shared with any other. */
export function newSecrets(): LabSecrets {
  return {
    accessKey: `LAB${randomBytes(8).toString('hex').toUpperCase()}`,
    secretKey: randomBytes(20).toString('hex'),
    joinToken: `${randomBytes(3).toString('hex')}.${randomBytes(8).toString('hex')}`,
    certificateKey: randomBytes(32).toString('hex'),
  };
}
