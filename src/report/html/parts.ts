import { formatLocation } from '../../errors.ts';
import { bySeverity } from '../../plan/blocking.ts';
import type { Finding, Severity } from '../../plan/plan.ts';
import { acceptedBecause } from '../accepted.ts';
import { backupContents, backupProofs, backupUrl } from '../backup-facts.ts';
import type { GoBack } from '../go-back.ts';
import type { BackupSummary, Problem } from '../model.ts';
import { code, folded, type Html, html, lines, section, table } from './html.ts';

/** A number that a reader looks for first. */
export interface Tile {
  readonly value: string;
  readonly about: string;
}

export function tiles(all: readonly Tile[]): Html {
  return html`<div class="tiles">${all.map(({ value, about }) => html`<div class="tile"><b>${value}</b><span>${about}</span></div>`)}</div>\n`;
}

/** What went wrong, to what, what shows it, and what to do next. */
export function problemBox(problem: Problem | undefined): Html {
  if (problem === undefined) return html``;
  const { code: reason, message, object, location, evidence = [], next } = problem;
  const place = location === undefined ? undefined : html`<p>In ${code(formatLocation(location))}.</p>`;
  const about =
    object === undefined || message.includes(object) ? undefined : html`<p>It is about ${code(object)}.</p>`;
  const shown =
    evidence.length === 0 ? undefined : html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>`;
  const then = next === undefined ? undefined : html`<p><b>Next:</b> ${next}</p>`;
  return html`<div class="problem"><p><b>${code(reason)}</b> ${message}</p>${about}${place}${shown}${then}</div>\n`;
}

/** What checks found, worst first. */
export function findingsSection(found: readonly Finding[]): Html {
  const rows = found
    .toSorted(bySeverity)
    .map((finding) => [
      finding.accepted === undefined
        ? html`<span class="${CLASSES[finding.severity]}">${finding.severity}</span>`
        : html`<span class="calm">accepted</span>`,
      html`${code(finding.object)}<br>${finding.check}`,
      html`${finding.message}${finding.location === undefined ? undefined : html`<br>in ${code(formatLocation(finding.location))}`}`,
      finding.accepted === undefined ? finding.remedy : acceptedBecause(finding.accepted),
    ]);
  const body = table(['', 'What', 'Why', 'What to do'], rows);
  return section('Findings', rows.length === 0 ? body : html`<div class="findings">${body}</div>`);
}

/** Where the backup is, what it holds and how that was proven; and, where something was changed, the way back. */
export function backupSection(backup: BackupSummary | undefined, way: GoBack | undefined): Html {
  if (backup === undefined) return html``;
  const { manifest } = backup;
  const rows: readonly (readonly (Html | string)[])[] = [
    ['Id', html`${code(manifest.id)} (${manifest.state})`],
    ['Where', code(backupUrl(backup))],
    ['Holds', lines(backupContents(manifest))],
    ['Proofs', manifest.proofs.length === 0 ? 'none' : lines(backupProofs(manifest))],
    [
      'Encrypted to',
      manifest.recipients.length === 0 ? 'nobody: the parts are plain' : lines(manifest.recipients.map(code)),
    ],
  ];
  return html`${section('Backup and proofs', table(['', ''], rows))}${wayBack(way)}`;
}

function wayBack(way: GoBack | undefined): Html {
  if (way === undefined) return html``;
  const body = html`${way.about.map((text) => html`<p>${text}</p>`)}
<pre>${way.commands.join('\n')}</pre>`;
  return section('The way back', folded(`To go back to ${way.to}`, body));
}

const CLASSES: Readonly<Record<Severity, string>> = {
  blocking: 'bad',
  unknown: 'bad',
  warning: 'warn',
  info: 'calm',
};
