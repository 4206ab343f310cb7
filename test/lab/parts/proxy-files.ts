import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { debianPackages } from './debian.ts';
import { run } from './process.ts';

const programs = ['xtables-nft-multi', 'nft', 'ipset', 'conntrack'].map((name) => `/usr/sbin/${name}`);

// kube-proxy and the kubelet call them by these names.
const iptablesNames = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

/** The versions of the machine's packages that `copyProxyFiles` copies from, for keys. */
export async function proxyFilesVersion(): Promise<string> {
  const names = ['iptables', 'nftables', 'ipset', 'conntrack', 'libc6'];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own way to name a field
  return await run('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...names]).catch(() => {
    throw new Error(
      `kube-proxy's image needs files of Debian packages: apt-get install ${debianPackages.join(' ')}`,
    );
  });
}

/** Copies what kube-proxy calls (iptables, nft …), with plugins and shared libraries, into a directory. */
export async function copyProxyFiles(tree: string, signal: AbortSignal | undefined): Promise<void> {
  const plugins = (await run('dpkg-query', ['-L', 'iptables', 'libxtables12'], { signal }))
    .split('\n')
    .filter((file) => /\/xtables\/lib.*\.so$/.test(file));
  const libraries = await sharedLibraries([...programs, ...plugins], signal);
  for (const file of [...programs, ...plugins, ...libraries]) {
    const target = join(tree, file);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
  for (const name of iptablesNames) {
    await symlink('xtables-nft-multi', join(tree, 'usr/sbin', name));
  }
}

async function sharedLibraries(
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const output = await run('ldd', files, { signal });
  const paths = output.split('\n').flatMap((line) => line.match(/^\t(?:.* => )?(\/\S+) \(/)?.[1] ?? []);
  return [...new Set(paths)];
}
