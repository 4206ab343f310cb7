import type { CheckDescription } from '../../src/plan/checks/check.ts';
import { DESCRIPTIONS } from '../../src/plan/checks/registry.ts';

/** docs/checks.md: every check, in the order in which findings are told. */
export function checksPage(): string {
  return `${[intro, '## The checks', ...DESCRIPTIONS.map(section)].join('\n\n')}\n`;
}

function section({ id, about, severity, evidence, remedy, mandatory }: CheckDescription): string {
  const lines = [
    `- Gravest finding: ${severity}${mandatory ? '; mandatory, no acceptance lets it pass' : ''}`,
    `- Evidence: ${evidence}`,
    `- Remedy: ${remedy}`,
  ];
  return [`### ${id}`, '', about, '', ...lines].join('\n');
}

const intro = `# Checks

<!-- Written by scripts/generate.ts from src/plan/checks/. -->

A plan is judged by these checks. Each finding names its object as kubectl would, says what is wrong and what to do about it.

- \`blocking\` and \`unknown\` stop the upgrade: what could not be read is no pass. \`warning\` and \`info\` do not.

## Acceptances

A finding that has to stay for a while is accepted in the cluster file, by its check and its object, with a reason and a last day
(UTC). It is then shown as accepted, blocks nothing, and is part of the plan's hash. Mandatory checks cannot be accepted.

\`\`\`yaml
spec:
  accept:
    - check: empty-dirs
      object: StatefulSet/shop/cache
      reason: It can be filled again.
      until: 2027-01-31
\`\`\`

An aggregated API that is dead makes a backup partial, which no upgrade takes. Where its APIService is accepted under
\`api-services\`, the manifest records it as accepted, and the backup counts as whole without it.`;
