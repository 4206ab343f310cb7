import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding, Plan } from '../../src/plan/plan.ts';
import { evidenceFaults } from './faults/evidence.ts';
import type { Fault } from './faults/fault.ts';
import { forecastFaults } from './faults/forecast.ts';
import { pathFaults } from './faults/path.ts';
import { kubestair } from './support/kubestair.ts';
import {
  type ClusterFileChange,
  freshLab,
  storeEnvironment,
  type TestLab,
  writeClusterFile,
} from './support/test-lab.ts';

const RECIPIENT = await identityToRecipient(await generateIdentity());

const FAULTS: readonly Fault[] = [...evidenceFaults, ...forecastFaults, ...pathFaults];

describe('what is wrong with a cluster, and what the plan says of it', () => {
  let lab: TestLab;
  let clean: Plan;

  beforeAll(async () => {
    lab = await freshLab();
    clean = await planOf(lab);
  });

  it('a clean cluster has no finding above info, and one hash', async () => {
    expect(clean.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect((await planOf(lab)).hash).toBe(clean.hash);
  });

  it.for(FAULTS)('$name', async (fault) => {
    try {
      await fault.seed(lab);
      const plan = await planOf(lab, fault.file);
      const found = plan.findings.filter((finding) => isExpected(finding, fault));
      expect(found, 'one finding that names it').toHaveLength(1);
      for (const { message, remedy } of found) expect(remedy).not.toContain(message);
      expect(plan.hash).not.toBe(clean.hash);
    } finally {
      await fault.undo(lab);
    }
  });
});

function isExpected(finding: Finding, { expect: { check, severity, object } }: Fault): boolean {
  const named = typeof object === 'string' ? finding.object === object : object.test(finding.object);
  return finding.check === check && finding.severity === severity && named;
}

/** A cluster file that nothing is to be said against, but for what a fault changes in it. */
async function planOf(lab: TestLab, change?: ClusterFileChange): Promise<Plan> {
  const file = await writeClusterFile(lab, { encryptTo: [RECIPIENT], ...change });
  const { stdout } = await kubestair(['plan', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
  return (JSON.parse(stdout) as { readonly plan: Plan }).plan;
}
