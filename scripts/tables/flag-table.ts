import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { ReleaseSources } from './release.ts';

/** Programs whose flags are tabled. */
export const PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'etcd',
] as const;

export type Program = (typeof PROGRAMS)[number];

/** Answers of pflag and of Go's own flag package to what they do not know. */
const NOT_KNOWN = /unknown flag|flag provided but not defined/;

/**
 * Every flag of a program, hidden ones included: what its help lists and what its sources mark as deprecated, as far as the
 * program itself takes it.
 */
export async function flagsOf(
  program: Program,
  binary: string,
  release: ReleaseSources,
): Promise<readonly string[]> {
  const help = await output(binary, ['--help']);
  const listed = [...help.matchAll(/^ +(?:-[a-zA-Z], )?--([a-zA-Z0-9_.-]+)/gm)].map(([, name = '']) => name);
  const own = program === 'kube-proxy' ? listed.filter(isNamedIn(kubeProxySources(release))) : listed;
  const hidden = hiddenNames(program, release).filter((name) => !own.includes(name));
  const taken: string[] = [];
  for (const name of hidden) {
    // Anything but a value of the right form, so that the program stops at it; what it does not know it names before.
    if (!NOT_KNOWN.test(await output(binary, [`--${name}=?`, '--help']))) taken.push(name);
  }
  return [...own, ...taken];
}

/** Names of the admission plug-ins that an API server has. */
export async function admissionPluginsOf(apiServer: string): Promise<readonly string[]> {
  const help = await output(apiServer, ['--help']);
  const list = /Comma-delimited list of admission plugins: ([^.]*)\./.exec(help)?.[1];
  if (list === undefined) throw new Error(`${apiServer} --help lists no admission plug-ins`);
  return list.split(',').map((name) => name.trim());
}

function hiddenNames(program: Program, release: ReleaseSources): readonly string[] {
  if (program === 'etcd') {
    const config = readAll([`${release.etcd}/embed/*.go`, `${release.etcd}/etcdmain/*.go`]);
    return unique(config.matchAll(/\bfs\.\w*Var\([\s\S]{0,200}?"([a-z][a-z0-9-]+)"/g));
  }
  const sources = readAll([
    `${release.kubernetes}/cmd/${program}/app/**/*.go`,
    `${release.kubernetes}/pkg/controlplane/apiserver/options/*.go`,
    `${release.kubernetes}/pkg/kubeapiserver/options/*.go`,
    `${release.apiserver}/pkg/server/options/*.go`,
    `${release.componentBase}/**/*.go`,
    `${release.cloudProvider}/options/*.go`,
  ]);
  return unique(sources.matchAll(/MarkDeprecated\(\s*"([a-z0-9-]+)"/g));
}

/**
 * The lab's kube-proxy is one binary with the kubelet and the others, and lists their global flags as its own. Its real ones are
 * written in these sources.
 */
function kubeProxySources({ kubernetes, componentBase }: ReleaseSources): string {
  return readAll([`${kubernetes}/cmd/kube-proxy/app/*.go`, `${componentBase}/**/*.go`]);
}

function isNamedIn(source: string): (name: string) => boolean {
  return (name) => name === 'v' || name === 'vmodule' || name === 'help' || source.includes(`"${name}"`);
}

function readAll(patterns: readonly string[]): string {
  const files = patterns.flatMap((pattern) => globSync(pattern)).filter((file) => !file.endsWith('_test.go'));
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

function unique(matches: Iterable<RegExpMatchArray>): readonly string[] {
  return [...new Set([...matches].map(([, name = '']) => name))];
}

/** What a program prints, wherever and however it ends. */
async function output(binary: string, args: readonly string[]): Promise<string> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
  const texts = await Promise.all([text(child.stdout), text(child.stderr)]);
  return texts.join('\n');
}
