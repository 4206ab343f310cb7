import { cleanData } from '../clean.ts';
import { commandOf, type Ending } from '../ending.ts';
import type { Outcome } from '../model.ts';
import { plain } from '../terminal/paint.ts';
import { terminalText } from '../terminal/terminal.ts';
import { formatTime } from '../units.ts';
import { type Html, html } from './html.ts';
import { problemBox } from './parts.ts';
import { planBody } from './plan.ts';
import { STYLE } from './style.ts';
import { upgradeBody } from './upgrade.ts';

export interface ReportContext {
  /** Name and version of what made it. */
  readonly tool: string;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * An ending as one HTML file that needs nothing else: no script, no font, no picture from anywhere, which its own Content-Security-Policy
 * makes sure of. To be sent by mail, kept beside the journal or printed.
 */
export function htmlReport(ending: Ending, { tool, at }: ReportContext): string {
  const clean = cleanData(ending);
  const { title, verdict } = titleOf(clean);
  const look = LOOKS[clean.outcome.state];
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body><main>
<div class="badge ${look}">${verdict}</div>
<h1>${title}</h1>
<p class="about">${aboutOf(clean)}</p>
${bodyOf(clean)}
<footer>Made by ${tool} at ${formatTime(at)}.</footer>
</main></body>
</html>
`.html
  }`;
}

function bodyOf(ending: Ending): Html {
  if (ending.command === 'upgrade' && ending.outcome.state === 'blocked' && ending.plan.verdict === 'blocked')
    return planBody(ending.plan, ending.source);
  if (ending.command === 'upgrade') return upgradeBody(ending);
  if (ending.command === 'plan' && 'plan' in ending) return planBody(ending.plan, ending.source);
  const text = terminalText(ending, plain);
  return html`${problemBox(ending.outcome.problem)}${text === '' ? undefined : html`<pre>${text}</pre>`}`;
}

function titleOf(ending: Ending): { readonly title: string; readonly verdict: string } {
  const { state } = ending.outcome;
  const verdict = VERDICTS[state];
  if (!('plan' in ending)) return { title: `kubestair ${commandOf(ending) ?? ''}`.trim(), verdict };
  const { cluster, current, target } = ending.plan;
  const way = `${cluster}: ${current} to ${target}`;
  if (state === 'nothing-to-do') return { title: `${cluster} is at ${target}`, verdict };
  return { title: ending.command === 'plan' ? `Plan of ${way}` : `Upgrade of ${way}`, verdict };
}

function aboutOf(ending: Ending): string {
  if (!('plan' in ending)) return '';
  const plan = `Plan ${ending.plan.hash}.`;
  return ending.command === 'upgrade' ? `Run ${ending.runId}. ${plan}` : plan;
}

const VERDICTS: Readonly<Record<Outcome['state'], string>> = {
  changed: 'Done',
  'nothing-to-do': 'Nothing to do',
  ready: 'Ready',
  blocked: 'Blocked',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

const LOOKS: Readonly<Record<Outcome['state'], string>> = {
  changed: 'good',
  'nothing-to-do': 'good',
  ready: 'good',
  blocked: 'bad',
  failed: 'bad',
  interrupted: 'warn',
};
