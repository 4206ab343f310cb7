import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { KUBERNETES } from '../../contract/support/binaries.ts';
import { releaseOf } from '../../lab/parts/releases.ts';

/** Under which circumstances a result came about: the command, versions, machine, and how busy that was. */
export function circumstancesOf(name: string): readonly string[] {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const busy = loadavg()[0] ?? 0;
  return [
    `\`npm run bench -- ${name}\`, ${new Date().toISOString().slice(0, 10)}`,
    `Kubernetes ${KUBERNETES}, etcd ${releaseOf(KUBERNETES).etcd}, Node ${process.versions.node}`,
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${gibibytes} GiB, Linux ${release()}; load average at the end ${busy.toFixed(1)}`,
  ];
}
