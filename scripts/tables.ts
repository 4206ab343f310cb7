import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { programBinary } from './tables/binaries.ts';
import { corednsModule } from './tables/coredns-table.ts';
import { policyTable } from './tables/policy-grid.ts';
import { readReleases } from './tables/release.ts';
import { apisModule, flagsModule, settingsModule } from './tables/write.ts';

/**
 * Writes the tables of src/tables/data anew from the releases that the lab knows: after a release was added there, and when the
 * tests of the tables say that they drifted. Set the date in src/tables/reviewed.ts, and read the difference before it is committed.
 */
const releases = await readReleases();
const modules = {
  'src/tables/data/apis.ts': apisModule(releases),
  'src/tables/data/settings.ts': settingsModule(releases),
  'src/tables/data/flags.ts': await flagsModule(releases, programBinary),
  'src/tables/data/coredns.ts': await corednsModule(),
};
for (const [path, text] of Object.entries(modules)) {
  await writeFile(
    path,
    execFileSync('biome', ['format', `--stdin-file-path=${path}`], { input: text, encoding: 'utf8' }),
  );
  console.log(`wrote ${path}`);
}

const policy = 'test/unit/plan/data/kubeadm-policy.txt';
await writeFile(policy, await policyTable());
console.log(`wrote ${policy}`);
