import { spawn } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';
import { accessAsShell, accessTo } from './access.ts';
import { down, downAll } from './down.ts';
import { messageOf } from './errors.ts';
import { kubectlCommand } from './kubectl.ts';
import { defaultName, up } from './lab.ts';
import { labPaths } from './paths.ts';
import { reset, snapshot } from './snapshot.ts';
import { sshArguments } from './ssh.ts';
import { requireState } from './state.ts';
import { describeStatus } from './status.ts';
import { hostNamed } from './topology.ts';
import { defaultVersion } from './versions.ts';

interface Named {
  readonly name: string;
}

interface UpFlags extends Named {
  readonly controlPlanes?: number;
  readonly workers?: number;
  readonly spares?: number;
  readonly etcdHosts?: number;
  readonly version?: string;
  readonly also?: readonly string[];
}

const say = (line: string): void => console.error(line);

const program = new Command('lab')
  .description('Real Kubernetes clusters on this machine, for tests and for trying Kubestair out')
  .enablePositionalOptions()
  .showHelpAfterError('(--help tells more)');

labCommand('up', 'bring a lab up, or start again one that is there')
  .option('--control-planes <number>', 'how many control planes: 1 or 3 (default: 1)', wholeNumber)
  .option('--workers <number>', 'how many workers (default: 2)', wholeNumber)
  .option('--spares <number>', 'hosts that are up and not joined (default: none)', wholeNumber)
  .option('--etcd-hosts <number>', 'etcd on hosts of its own, run by systemd: 1 or 3 of them', wholeNumber)
  .option('--version <version>', `Kubernetes version of the cluster (default: ${defaultVersion})`)
  .option(
    '--also <versions...>',
    'versions whose packages and images can be had too (default: the next minor)',
  )
  .action(async (flags: UpFlags) => {
    const state = await up({ ...flags, signal: interrupted(flags.name) }, say);
    console.log(await describeStatus(state));
  });

labCommand('status', 'show hosts, nodes and services').action(async ({ name }: Named) => {
  console.log(await describeStatus(await requireState(name)));
});

labCommand('env', 'print what is needed to reach the lab, as lines for a shell').action(
  async ({ name }: Named) => {
    console.log(accessAsShell(accessTo(await requireState(name))));
  },
);

labCommand('ssh', 'log in to a host, or run a command there')
  .argument('<host>')
  .argument('[command...]')
  .passThroughOptions()
  .action(async (host: string, command: readonly string[], { name }: Named) => {
    const state = await requireState(name);
    const args = sshArguments(labPaths(name), hostNamed(state, host));
    await become('ssh', [...args, ...command], {});
  });

labCommand('kubectl', 'run kubectl against the lab')
  .argument('[arguments...]')
  .passThroughOptions()
  .allowUnknownOption()
  .action(async (args: readonly string[], { name }: Named) => {
    const { command, env } = kubectlCommand(await requireState(name));
    await become(command, args, env);
  });

labCommand('snapshot', 'keep a copy of all hosts as they are').action(async ({ name }: Named) => {
  await snapshot(name, say);
});

labCommand('reset', 'put all hosts back to the snapshot and wait for the cluster').action(
  async ({ name }: Named) => {
    await reset(name, say, interrupted(name));
  },
);

labCommand('down', 'remove a lab and all that belongs to it; caches stay')
  .option('--all', 'remove every lab')
  .action(async ({ name, all }: Named & { readonly all?: boolean }) => {
    await (all ? downAll(say) : down(name, say));
  });

function labCommand(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--name <name>', 'name of the lab', defaultName);
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a whole number');
}

function interrupted(name: string): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () =>
    controller.abort(new Error(`interrupted; clean up with: lab down --name ${name}`)),
  );
  return controller.signal;
}

async function become(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  });
}

try {
  await program.parseAsync();
} catch (cause) {
  console.error(`lab: ${messageOf(cause)}`);
  process.exitCode = 1;
}
