import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { Finding, Plan } from '../../../src/plan/plan.ts';
import { type CommentContext, commentBody, isSameSubject, subjectOf } from '../../../src/report/comment.ts';
import { failureOf } from '../../../src/report/ending.ts';
import { KEEP } from '../../../src/report/markdown/sections.ts';
import type { Result } from '../../../src/report/model.ts';
import { blocked, blockedPlan, plan, planned, source } from './samples.ts';

const context: CommentContext = {
  subject: { cluster: 'prod', file: 'clusters/prod.yaml' },
  commit: 'a'.repeat(40),
  at: '2026-11-21T09:05:07Z',
  runUrl: 'https://github.com/acme/clusters/actions/runs/1',
};

/** GitHub's limit, in characters. */
const mostCharacters = 65_536;

function later(commit: string): CommentContext {
  return { ...context, commit: commit.repeat(40), at: '2026-11-21T10:00:00Z' };
}

describe('a comment', () => {
  const body = commentBody(planned, context);

  test('begins with a marker that people do not see', () => {
    expect(body).toMatch(/^<!-- kubestair:plan [\w-]+ -->\n/);
    expect(subjectOf(body)).toEqual({ cluster: 'prod', file: 'clusters/prod.yaml' });
  });

  test('answers on its first screen what will happen, how long, who is disrupted and what could go wrong', () => {
    const screen = body.split('\n').slice(2, 10).join('\n');
    expect(screen).toContain('✅ `prod` can go from v1.35.4 to v1.36.3');
    expect(screen).toContain('`v1.35.4` → `v1.36.3`, 2 nodes');
    expect(screen).toContain('about 6m 01s; a node is away for about 1m 21s');
    expect(screen).toContain(
      '2 workloads, 2 pods<br>⚠️ **away for a time:** `Deployment/shop/cart` for about 12s<br>the others move pod by pod: `Deployment/shop/web`',
    );
    expect(screen).toContain('nothing is in the way, ⚠️ 1 warning');
  });

  test('names what is in the way on its first screen too', () => {
    const screen = commentBody(blocked, context).split('\n').slice(2, 10).join('\n');
    expect(screen).toContain('🛑 **in the way: 1 blocking:** `PodDisruptionBudget/shop/web`');
  });

  test('says how to approve it, and of which commit it is', () => {
    expect(body).toContain(`kubestair upgrade -f clusters/prod.yaml --plan-hash ${plan.hash}`);
    expect(body).toContain(
      'for commit `aaaaaaa` by [this run](https://github.com/acme/clusters/actions/runs/1)',
    );
  });

  test('of a failed plan is told apart by its file, and has no cluster', () => {
    const failure = failureOf(new KubestairError('CONFIG_SYNTAX', 'no YAML'), 'plan');
    const subject = { file: 'clusters/prod.yaml' };
    const text = commentBody(failure, { ...context, subject });
    expect(text).toContain('CONFIG_SYNTAX');
    expect(subjectOf(text)).toEqual(subject);
    expect(isSameSubject(subject, context.subject)).toBe(true);
    expect(isSameSubject({ cluster: 'a', file: 'x' }, { cluster: 'b', file: 'x' })).toBe(false);
  });

  test('of others is none of ours, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(subjectOf(`<!-- kubestair:plan ${text} -->`)).toBe(undefined);
        expect(subjectOf(`> ${body}${text}`)).toBe(undefined);
      }),
    );
  });
});

describe('earlier plans', () => {
  const first = commentBody(planned, context);

  test('are folded below the newest one, which says whether it is another one', () => {
    const second = commentBody(blocked, later('b'), first);
    expect(second).toContain('Earlier plans: 1');
    expect(second).toContain(
      '| 2026-11-21 09:05:07 UTC | `aaaaaaa` | ready | v1.35.4 → v1.36.3 | `abababababab` |',
    );
    expect(second).toContain('The plan is the same as for commit `aaaaaaa`.');
    const changed: Result = {
      command: 'plan',
      outcome: { state: 'ready' },
      plan: { ...plan, hash: 'cd'.repeat(32) },
      source,
    };
    expect(commentBody(changed, later('b'), first)).toContain('another one than for commit `aaaaaaa`');
  });

  test('of the same commit and hash are not counted twice', () => {
    expect(commentBody(planned, context, first)).toBe(first);
  });

  test('are at most ten', () => {
    let body = first;
    for (let run = 0; run < 20; run++) body = commentBody(planned, later(run.toString(36)), body);
    expect(body).toContain('Earlier plans: 10');
  });
});

describe('the limit of a comment', () => {
  const finding = (severity: Finding['severity'], index: number): Finding => ({
    check: 'budget-never-allows',
    severity,
    object: `PodDisruptionBudget/team-${index}/web`,
    message: 'It allows no eviction, whatever is done: 2 of 2 pods must stay.',
    remedy: `Scale Deployment/team-${index}/web to 3.`,
  });
  const huge = (verdict: Plan['verdict'], severity: Finding['severity']): Result => ({
    command: 'plan',
    outcome: { state: 'ready' },
    source,
    plan: {
      ...blockedPlan,
      verdict,
      findings: Array.from({ length: 2000 }, (_, index) => finding(severity, index)),
      steps: Array.from({ length: 500 }, (_, index) =>
        plan.steps.map((step) => ({ ...step, node: `worker-${index}` })),
      ).flat(),
      forecast: {
        expectedSeconds: 1000,
        workloads: [],
        evictions: Array.from({ length: 3000 }, (_, index) => ({
          node: `worker-${index}`,
          pod: `team-${index}/web-7d4-x2`,
          controller: 'ReplicaSet/web-7d4',
          budgets: [],
        })),
      },
    },
  });

  test.each([
    ['ready', 'warning', '✅ `prod` can go'],
    ['blocked', 'blocking', '🛑 `prod` cannot go'],
  ] as const)('holds for %s plans of any size, and the verdict stays', (verdict, severity, heading) => {
    const text = commentBody(huge(verdict, severity), context);
    expect(text.length).toBeLessThanOrEqual(mostCharacters);
    expect(text).toContain(heading);
    expect(text).toContain('for commit `aaaaaaa`');
    expect(text).toContain('And 1,975 more.');
    expect(text).not.toContain('Cut off here');
    expect(text).toMatch(/Left out: .*evictions.*The result file has everything\./);
    if (verdict === 'ready') expect(text).toContain(plan.hash);
  });

  test('drops detail in the order that docs/pull-requests.md states', () => {
    expect(
      Object.entries(KEEP)
        .toSorted(([, a], [, b]) => a - b)
        .map(([name]) => name),
    ).toEqual([
      'earlierPlans',
      'evictions',
      'timeline',
      'journal',
      'waits',
      'openSteps',
      'afterMerge',
      'steps',
      'goBack',
      'nodes',
      'accepted',
      'findings',
    ]);
  });
});
