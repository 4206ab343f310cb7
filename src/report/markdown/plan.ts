import { formatLocation } from '../../errors.ts';
import type { Finding, Plan, Severity } from '../../plan/plan.ts';
import { commandLine } from '../commands.ts';
import type { PlanSource } from '../model.ts';
import { count, formatSeconds } from '../units.ts';
import { block, code, details, md, table } from './escape.ts';
import { KEEP, type Section } from './sections.ts';

export function planSections(plan: Plan, source: PlanSource): readonly Section[] {
  const working = plan.verdict !== 'nothing-to-do';
  return [
    { name: 'heading', keep: 'always', text: heading(plan, source) },
    ...findingSections(plan.findings),
    { name: 'steps', keep: KEEP.steps, text: working ? steps(plan) : '' },
    { name: 'evictions', keep: KEEP.evictions, text: working ? evictions(plan) : '' },
    { name: 'next', keep: 'always', text: next(plan, source) },
  ];
}

export function findingSections(found: readonly Finding[]): readonly Section[] {
  const isBad = ({ severity }: Finding): boolean => severity === 'blocking' || severity === 'unknown';
  const bad = found.filter(isBad);
  const rest = found.filter((finding) => !isBad(finding));
  return [
    { name: 'blocking findings', keep: 'always', text: findingTable('In the way', bad) },
    { name: 'findings', keep: KEEP.findings, text: findingTable('Good to know', rest) },
  ];
}

function heading(plan: Plan, source: PlanSource): string {
  const path = [plan.current, ...plan.hops.map((hop) => hop.to)].map(code).join(' → ');
  const facts = [
    `Asked for in ${code(formatLocation(source.versionAt))}.`,
    plan.hops.length === 0 ? '' : `Path: ${path}, about ${formatSeconds(plan.forecast.expectedSeconds)}.`,
  ];
  return `## ${title(plan)}\n\n${facts.filter((fact) => fact !== '').join(' ')}`;
}

function title(plan: Plan): string {
  switch (plan.verdict) {
    case 'ready':
      return `Plan: ${code(plan.cluster)} from ${md(plan.current)} to ${plan.target}`;
    case 'blocked':
      return `Blocked: ${code(plan.cluster)} cannot go from ${md(plan.current)} to ${plan.target} yet`;
    case 'nothing-to-do':
      return `Nothing to do: ${code(plan.cluster)} is at ${plan.target}`;
  }
}

function findingTable(heading: string, found: readonly Finding[]): string {
  if (found.length === 0) return '';
  const rows = found.map((finding) => [
    signs[finding.severity],
    code(finding.object),
    md(finding.message),
    md(finding.remedy),
  ]);
  return `### ${heading}\n\n${table(['', 'Object', 'What', 'What to do'], rows)}`;
}

function steps(plan: Plan): string {
  if (plan.steps.length === 0) return '';
  const rows = plan.steps.map((step, index) => [
    String(index + 1),
    step.hop.to,
    code(step.node ?? ''),
    md(step.does),
    formatSeconds(step.expectedSeconds),
  ]);
  const body = table(['', 'To', 'Node', 'Step', 'About'], rows);
  return details(`Steps: ${plan.steps.length}`, body);
}

function evictions(plan: Plan): string {
  const evicted = plan.forecast.evictions;
  if (evicted.length === 0) return '';
  const rows = evicted.map(({ node, pod, controller, budgets }) => [
    code(node),
    code(pod),
    code(controller),
    budgets.map(code).join(', '),
  ]);
  const body = table(['Node', 'Pod', 'Controller', 'Budgets'], rows);
  return details(`Evictions, as it looks now: ${count(evicted.length, 'pod')}`, body);
}

function next(plan: Plan, source: PlanSource): string {
  switch (plan.verdict) {
    case 'nothing-to-do':
      return '';
    case 'blocked':
      return 'Nothing has been changed. Settle what is in the way, then plan again.';
    case 'ready':
      return [
        `Nothing has been changed yet. Plan hash: ${code(plan.hash)}. To carry out exactly this plan:`,
        block('sh', [commandLine('upgrade', source.file, plan.hash)]),
      ].join('\n\n');
  }
}

const signs: Readonly<Record<Severity, string>> = {
  blocking: '🛑 blocking',
  unknown: '🛑 unknown',
  warning: '⚠️ warning',
  info: 'ℹ️ info',
};
