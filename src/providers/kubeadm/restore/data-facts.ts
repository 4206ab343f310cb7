import { quote } from '../scripts/shell.ts';

/** What the file system says of a data directory that may be missing. */
export interface DataFacts {
  /** With links resolved. */
  readonly dataDir: string;
  readonly isMountPoint: boolean;
  /** `uid:gid`; undefined where there is no data. */
  readonly owner: string | undefined;
  readonly freeBytes: number;
}

/** Prints them, one a line. */
export function dataScript(dataDir: string): string {
  return `data=$(readlink -m ${quote(dataDir)})
echo "data $data"
there=$data
while [ ! -e "$there" ]; do there=$(dirname "$there"); done
echo "data-free $(df -B1 --output=avail "$there" | tail -n 1)"
if [ "$(stat -c %m "$there")" = "$data" ]; then echo data-mount; fi
if [ -e "$data/member" ]; then stat -c 'owner %u:%g' "$data/member"; elif [ -e "$data" ]; then stat -c 'owner %u:%g' "$data"; fi
`;
}

/** Reads what dataScript() printed among other lines. */
export function parseData(stdout: string): DataFacts {
  const readValue = (key: string) => new RegExp(`^${key} (.*)$`, 'm').exec(stdout)?.[1];
  return {
    dataDir: readValue('data') ?? '',
    isMountPoint: /^data-mount$/m.test(stdout),
    owner: readValue('owner'),
    freeBytes: Number(readValue('data-free')?.trim()),
  };
}
