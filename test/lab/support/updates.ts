import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { labPaths } from '../paths.ts';
import { onHost } from '../ssh.ts';
import type { LabState } from '../state.ts';

/** A package of Debian's that a host has at 1.0, while a repository on the host itself offers 1.1. */
export async function offerUpdate(state: LabState, host: string): Promise<void> {
  await onHost(
    state,
    host,
    `
    build() {
      mkdir -p /srv/build/DEBIAN
      printf 'Package: lab-tool\\nVersion: %s\\nArchitecture: all\\nMaintainer: lab <lab@example>\\nDescription: nothing\\n' "$1" >/srv/build/DEBIAN/control
      mkdir -p /srv/updates
      dpkg-deb --root-owner-group -Zgzip -b /srv/build "/srv/updates/lab-tool_$1_all.deb" >/dev/null
    }
    build 1.0
    dpkg -i /srv/updates/lab-tool_1.0_all.deb >/dev/null
    build 1.1
    cd /srv/updates
    rm lab-tool_1.0_all.deb
    {
      dpkg-deb -f lab-tool_1.1_all.deb
      echo "Filename: ./lab-tool_1.1_all.deb"
      echo "Size: $(stat -c %s lab-tool_1.1_all.deb)"
      echo "SHA256: $(sha256sum lab-tool_1.1_all.deb | cut -d ' ' -f 1)"
    } >Packages
    rm -f /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources
    echo 'deb [trusted=yes] file:/srv/updates ./' >/etc/apt/sources.list.d/lab.list
    apt-get update -qq
  `,
  );
}

/** How often a host was restarted since the lab began. */
export async function restartsOf({ name }: LabState, host: string): Promise<number> {
  const log = await readFile(path.join(labPaths(name).services, `${host}.log`), 'utf8');
  return log.split('\n').filter((line) => line.endsWith('the host ended with code 133')).length;
}

export async function bootIdOf(state: LabState, host: string): Promise<string> {
  return (await onHost(state, host, 'cat /proc/sys/kernel/random/boot_id')).trim();
}
