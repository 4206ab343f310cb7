import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { Ending } from '../../../src/report/ending.ts';
import { failureOf } from '../../../src/report/ending.ts';
import { htmlReport } from '../../../src/report/html/report.ts';
import { rowsOfPlan, rowsOfRecords } from '../../../src/report/html/rows.ts';
import { backedUp, blocked, failed, plan, planned, status, upgraded } from './samples.ts';

const context = { tool: 'kubestair/0.1.0', at: '2026-11-21T09:12:00Z' };
const endings: readonly (readonly [string, Ending])[] = [
  ['a plan', planned],
  ['a plan that is blocked', blocked],
  ['an upgrade', upgraded],
  ['an upgrade that failed', failed],
  ['a backup', backedUp],
  ['a status', status],
  ['a failure', failureOf(new KubestairError('KUBE_UNREACHABLE', 'no answer'), 'upgrade')],
];

describe.each(endings)('the report of %s', (_what, ending) => {
  const page = htmlReport(ending, context);

  test('is one file that asks nothing of anybody', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=/);
  });

  test('closes what it opens', () => {
    for (const name of [
      'main',
      'section',
      'table',
      'tr',
      'td',
      'div',
      'svg',
      'g',
      'details',
      'pre',
      'code',
    ]) {
      const opened = page.match(new RegExp(`<${name}[ >]`, 'g')) ?? [];
      const closed = page.match(new RegExp(`</${name}>`, 'g')) ?? [];
      expect(closed, name).toHaveLength(opened.length);
    }
  });
});

test('an upgrade tells what it did, when, what was proven, and the way back', () => {
  const page = htmlReport(upgraded, context);
  for (const text of [
    'v1.35.4 → v1.36.3',
    'Timeline',
    'Took no pods',
    '20261121T090507Z-3f9a',
    'checksums passed',
  ]) {
    expect(page).toContain(text);
  }
  expect(page).toContain('To go back to v1.35.4');
  expect(page).toContain('Run r-1. Plan abab');
});

test('one that failed says why, what is open, and how to go on', () => {
  const page = htmlReport(failed, context);
  for (const text of [
    'DRAIN_BLOCKED',
    'Not done',
    'kubestair upgrade -f clusters/prod.yaml',
    'class="failed"',
  ]) {
    expect(page).toContain(text);
  }
});

test('nothing that a cluster says becomes markup', () => {
  fc.assert(
    fc.property(fc.constantFrom('<', '>', '"', "'", '&', '</td>', '<script>'), fc.string(), (mark, rest) => {
      const name = `x${mark}${rest}`;
      const finding = { check: 'c', severity: 'warning', object: name, message: name, remedy: name } as const;
      const page = htmlReport({ ...planned, plan: { ...plan, findings: [finding] } } as Ending, context);
      const harmless = htmlReport(
        {
          ...planned,
          plan: { ...plan, findings: [{ ...finding, object: 'x', message: 'x', remedy: 'x' }] },
        } as Ending,
        context,
      );
      expect(page.match(/[<>"]/g)?.length).toBe(harmless.match(/[<>"]/g)?.length);
    }),
  );
});

describe('the chart', () => {
  test('has a row for each node, and shows for how long it took no pods', () => {
    const rows = rowsOfRecords(upgraded.records);
    expect(rows.map(({ name }) => name)).toEqual(['cluster', 'cp1', 'w1']);
    expect(rows[2]?.bars[0]).toMatchObject({ kind: 'away', from: 280, seconds: 81 });
  });

  test('of a plan begins at zero', () => {
    expect(rowsOfPlan(plan)[0]?.bars[0]).toMatchObject({ kind: 'backup', from: 0, seconds: 60 });
  });

  test('of a step that failed marks where', () => {
    const bars = rowsOfRecords(failed.records).flatMap((row) => row.bars);
    expect(bars.filter(({ kind }) => kind === 'failed')).toHaveLength(1);
  });

  test('of many nodes stays a file that a browser opens', () => {
    const step = upgraded.records[3];
    if (step === undefined) throw new Error('no sample');
    const records = Array.from({ length: 5000 }, (_, index) => ({
      ...step,
      step: { ...step.step, node: `worker-${index}`, id: `w${index}` },
    }));
    expect(htmlReport({ ...upgraded, records } as Ending, context).length).toBeLessThan(8_000_000);
  });
});
