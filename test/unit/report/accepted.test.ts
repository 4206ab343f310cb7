import { describe, expect, test } from 'vitest';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { resultDocument } from '../../../src/report/document.ts';
import { markdown } from '../../../src/report/markdown/markdown.ts';
import { plain } from '../../../src/report/terminal/paint.ts';
import { terminalText } from '../../../src/report/terminal/terminal.ts';
import { blockedPlan, planned } from './samples.ts';

const accepted = { reason: 'The shop is closed at night.', until: '2027-01-31' };
const result = {
  ...planned,
  plan: {
    ...blockedPlan,
    verdict: 'ready' as const,
    findings: blockedPlan.findings.map((finding) => ({ ...finding, accepted })),
  },
};

describe('what was accepted', () => {
  test('shows its reason and its end on the terminal', () => {
    const text = terminalText(result, plain);
    expect(text).toContain('accepted PodDisruptionBudget/shop/web (budget-never-allows)');
    expect(text).toContain('Accepted until 2027-01-31: The shop is closed at night.');
  });

  test('shows its reason and its end in the comment, and is not in the way', () => {
    const text = markdown(result, 1_000_000);
    expect(text).not.toContain('In the way');
    expect(text).toMatch(
      /accepted \| `PodDisruptionBudget\/shop\/web`<br>.* Accepted until 2027-01-31: The shop/,
    );
  });

  test('is in the document, and annotates no line', () => {
    expect(JSON.parse(resultDocument(result, 'kubestair/0.1.0')).plan.findings[1].accepted).toEqual(accepted);
    expect(annotationsOf(result).filter(({ level }) => level !== 'notice')).toEqual([]);
  });
});
