import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { block, code, md } from '../../../src/report/markdown/escape.ts';
import { gantt } from '../../../src/report/markdown/gantt.ts';
import { COMMENT_LIMIT, markdown } from '../../../src/report/markdown/markdown.ts';
import { joinWithin, type Section } from '../../../src/report/markdown/sections.ts';
import { blocked, failed, plan, planned, source, upgraded } from './samples.ts';

const limit = 1_000_000;

describe('text from clusters', () => {
  test('is readable where it is harmless', () => {
    expect(md('Pod shop/web-7d4 waits, 3 of 4 (10m)')).toBe('Pod shop/web-7d4 waits, 3 of 4 (10m)');
    expect(code('Deployment/shop/web')).toBe('`Deployment/shop/web`');
  });

  test('keeps none of the characters that Markdown acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const left = md(text)
          .replaceAll('<span>$</span>', '')
          .replaceAll(/&#\d+;/g, '')
          .replaceAll(/\\[*_.)=+-]/g, '');
        expect(left).not.toMatch(/[\\`[\]<>|~#&$*_\n]/);
      }),
    );
  });

  test('as code holds no bar, no line feed and no backtick but its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const shown = code(text);
        const inner = shown.startsWith('`')
          ? shown.slice(1, -1)
          : shown.replace(/^<code>/, '').replace(/<\/code>$/, '');
        expect(inner).not.toMatch(/[`|<>\n]/);
      }),
    );
  });

  test('mentions nobody', () => {
    expect(md('ask @octocat')).toBe('ask @&#8203;octocat');
  });

  test('cannot end a code block', () => {
    expect(block('sh', ['a', '```', '# b'])).toBe('````sh\na\n```\n# b\n````');
  });
});

describe('a summary', () => {
  test('of a plan has its hash and the command to carry it out', () => {
    expect(markdown(planned, limit)).toContain(
      `kubestair upgrade -f clusters/prod.yaml --plan-hash ${'ab'.repeat(32)}`,
    );
  });

  test('of a blocked plan tells what is in the way and what to do', () => {
    expect(markdown(blocked, limit)).toContain(
      '| 🛑&nbsp;blocking | `PodDisruptionBudget/shop/web`<br><sub>budget-never-allows</sub> | It allows no eviction: 2 of 2 pods must stay.<br>in `clusters/prod.yaml:5:12` | Scale Deployment/shop/web to 3. |',
    );
  });

  test('of an upgrade has nodes, timeline, backup and the way back', () => {
    const text = markdown(upgraded, limit);
    expect(text).toContain('| `w1` | v1.36.3 | 45s | 20s | 1m 21s | upgraded |');
    expect(text).toContain('```mermaid\ngantt\n');
    expect(text).toContain('| Proof | checksums passed at 2026-11-21 09:05:56 UTC');
    expect(text).toContain('How to go back to v1.35.4');
    expect(text).toContain('kubestair rollback -f clusters/prod.yaml --identity key.txt --dry-run');
    expect(text).toContain('kubestair rollback -f clusters/prod.yaml --identity key.txt --confirm prod');
  });

  test('of a failed upgrade has the problem, what is open and how to go on', () => {
    const text = markdown(failed, limit);
    expect(text).toContain('**`DRAIN_BLOCKED`** Pod shop/web-7d4-x2 could not be evicted in 10m 00s.');
    expect(text).toContain('3 steps of 7 are done.');
    expect(text).toContain('| `v1.36.3/w1/kubelet` | not&nbsp;started | Install and restart the kubelet |');
  });

  test('cannot be given other contents by names from the cluster', () => {
    const evil = '</details>`|\n# Approved by @octocat <img src=x> [x](http://e) ';
    const poisoned = markdown(
      {
        command: 'plan',
        outcome: { state: 'ready' },
        source,
        plan: {
          ...plan,
          cluster: evil,
          findings: plan.findings.map((finding) => ({
            ...finding,
            object: evil,
            message: evil,
            remedy: evil,
          })),
          forecast: {
            ...plan.forecast,
            evictions: [{ node: evil, pod: evil, controller: evil, budgets: [evil] }],
          },
        },
      },
      limit,
    );
    const lines = markdown(planned, limit).split('\n');
    // One eviction instead of two; otherwise the same lines begin the same way.
    expect(poisoned.split('\n')).toHaveLength(lines.length - 1);
    expect(poisoned.match(/<\/details>/g)).toHaveLength(3);
    expect(poisoned).not.toContain('<img');
    expect(poisoned).not.toContain('](http');
    expect(poisoned).not.toMatch(/^# /m);
  });
});

describe('the limit', () => {
  const sections: readonly Section[] = [
    { name: 'heading', keep: 'always', text: 'H' },
    { name: 'nodes', keep: 8, text: 'n'.repeat(100) },
    { name: 'evictions', keep: 1, text: 'e'.repeat(100) },
    { name: 'timeline', keep: 2, text: 't'.repeat(100) },
  ];

  test('drops nothing where all fits', () => {
    expect(joinWithin(sections, 1000)).toBe(
      `H\n\n${'n'.repeat(100)}\n\n${'e'.repeat(100)}\n\n${'t'.repeat(100)}\n`,
    );
  });

  test('drops what matters least first, and says so', () => {
    const text = joinWithin(sections, 250);
    expect(text).toContain('nnn');
    expect(text).not.toContain('eee');
    expect(text).not.toContain('ttt');
    expect(text).toContain('Left out: evictions, timeline.');
  });

  test('holds in bytes, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })),
        fc.integer({ min: 200, max: 900 }),
        (texts, bytes) => {
          const many = texts.map(
            (text, index): Section => ({ name: `s${index}`, keep: index % 2 ? index : 'always', text }),
          );
          expect(Buffer.byteLength(joinWithin(many, bytes))).toBeLessThanOrEqual(bytes);
        },
      ),
    );
  });

  test('keeps the problem of an upgrade of a thousand nodes within a comment', () => {
    const records = Array.from({ length: 1000 }, (_, index) =>
      failed.records.map((record) => ({ ...record, step: { ...record.step, node: `worker-${index}` } })),
    ).flat();
    const text = markdown({ ...failed, records }, COMMENT_LIMIT);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text).toContain('DRAIN_BLOCKED');
    expect(text).toContain('20261121T090507Z-3f9a');
  });
});

describe('the timeline', () => {
  test('has a section a node and marks what failed', () => {
    const chart = gantt(failed.records);
    expect(chart).toContain('  section w1\n  drain w1 :crit, 2026-11-21T09:09:47, 45s');
    expect(chart).toContain('  control-plane cp1 :done, 2026-11-21T09:06:47, 180s');
  });

  test('names cannot be syntax', () => {
    const [record] = upgraded.records;
    if (record === undefined) throw new Error('the sample has no records');
    const chart = gantt([{ ...record, step: { ...record.step, node: 'a:b;c#d,e\n%%f' } }]);
    expect(chart).toContain('section a_b_c_d_e_f\n'.replace('e_f', 'e___f'));
  });

  test('is left out where nobody could read it', () => {
    expect(gantt(Array.from({ length: 30 }, () => upgraded.records).flat())).toBe('');
    expect(gantt([])).toBe('');
  });
});
