import type { Host } from '../../ports/host.ts';

/** Units of steps, with what they are described as; those of a scratch control plane and of a restart have other names. */
const LIST_UNITS =
  "LC_ALL=C systemctl list-units --plain --no-legend --no-pager --full --type=service --state=active,activating,deactivating 'kubestair-*'";
const UNIT = /^kubestair-[0-9a-f]{16}\.service +\S+ +\S+ +\S+ +(?:Kubestair: )?(.*)$/;

/** What Kubestair's units of steps on a host are at just now, as their titles say. @throws KubestairError HOST_* */
export async function unitsAtWork(host: Host, signal?: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await host.run(LIST_UNITS, { sudo: true, signal, timeoutSeconds: 30 });
  return stdout.split('\n').flatMap((line) => {
    const [, title] = UNIT.exec(line.trim()) ?? [];
    return title === undefined ? [] : [title];
  });
}
