import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding, Plan } from '../../src/plan/plan.ts';
import { drainFaults } from './faults/drain.ts';
import { evidenceFaults } from './faults/evidence.ts';
import { extensionFaults } from './faults/extensions.ts';
import type { ExpectedFinding, Fault } from './faults/fault.ts';
import { fileFaults } from './faults/file.ts';
import { hostFaults } from './faults/hosts.ts';
import { kubestair } from './support/kubestair.ts';
import {
  type ClusterFileChange,
  freshLab,
  storeEnvironment,
  type TestLab,
  writeClusterFile,
} from './support/test-lab.ts';

const RECIPIENT = await identityToRecipient(await generateIdentity());

const FAULTS: readonly Fault[] = [
  ...fileFaults,
  ...drainFaults,
  ...extensionFaults,
  ...hostFaults,
  ...evidenceFaults,
];

describe('what is wrong with a cluster, and what the plan says of it', () => {
  let lab: TestLab;
  let clean: Plan;

  beforeAll(async () => {
    lab = await freshLab();
    clean = await planOf(lab);
  });

  it('a clean cluster has no finding above info, and one hash', async () => {
    expect(aboveInfo(clean)).toEqual([]);
    expect((await planOf(lab)).hash).toBe(clean.hash);
  });

  it.for(FAULTS)('$name', async (fault) => {
    try {
      await fault.seed(lab);
      const plan = await planOf(lab, fault.file);
      const found = plan.findings.filter((finding) => isExpected(finding, fault.expect));
      expect(found, 'one finding that names it').toHaveLength(1);
      for (const also of fault.also ?? []) {
        expect(plan.findings.filter((finding) => isExpected(finding, also))).toHaveLength(1);
      }
      for (const { message, remedy } of found) expect(remedy).not.toContain(message);
      expect(plan.hash).not.toBe(clean.hash);
      const [finding] = found;
      if (fault.remedy === undefined || finding === undefined) return;
      const change = await fault.remedy(lab, finding);
      const mended = await planOf(lab, change ?? fault.file);
      expect(mended.findings.filter((each) => isExpected(each, fault.expect))).toEqual([]);
    } finally {
      await fault.undo(lab);
    }
  });

  it('an upgrade outside of its windows is refused, and changes nothing', async () => {
    const hour = (new Date().getUTCHours() + 6) % 24;
    const spec = { windows: [{ cron: `0 ${hour} * * *`, duration: '1h' }] };
    const file = await writeClusterFile(lab, { encryptTo: [RECIPIENT], spec });
    const { code, stderr } = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expect(stderr).toContain('OUTSIDE_WINDOW');
    expect(code).toBe(3);
  });

  it('with all of it undone, the cluster is as clean as it was', async () => {
    const plan = await planOf(lab);
    expect(aboveInfo(plan)).toEqual([]);
    expect(plan.hash).toBe(clean.hash);
  });
});

function aboveInfo({ findings }: Plan): readonly Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

function isExpected(finding: Finding, { check, severity, object }: ExpectedFinding): boolean {
  const named = typeof object === 'string' ? finding.object === object : object.test(finding.object);
  return finding.check === check && finding.severity === severity && named;
}

/** A cluster file that nothing is to be said against, but for what a fault changes in it. */
async function planOf(lab: TestLab, change?: ClusterFileChange): Promise<Plan> {
  const file = await writeClusterFile(lab, { encryptTo: [RECIPIENT], ...change });
  const { stdout } = await kubestair(['plan', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
  return (JSON.parse(stdout) as { readonly plan: Plan }).plan;
}
