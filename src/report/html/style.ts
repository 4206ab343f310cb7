/** The look of a report: light or dark as its reader has it, and on paper black on white with everything unfolded. */
export const STYLE = `
:root { color-scheme: light dark;
  --ink: #1b1f24; --soft: #5b6570; --line: #d8dee4; --page: #ffffff; --card: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --calm: #57606a;
  --away: #ffd8a8; --drain: #e8590c; --upgrade: #1971c2; --wait: #2f9e44; --stage: #adb5bd; --backup: #7048e8; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6edf3; --soft: #9aa5b1; --line: #30363d; --page: #0d1117; --card: #161b22;
  --good: #3fb950; --bad: #f85149; --warn: #d29922; --calm: #8b949e;
  --away: #4d3319; --drain: #f0883e; --upgrade: #58a6ff; --wait: #3fb950; --stage: #6e7681; --backup: #a371f7; } }
@media print { :root { color-scheme: light;
  --ink: #000000; --soft: #444444; --line: #bbbbbb; --page: #ffffff; --card: #ffffff;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --calm: #57606a;
  --away: #ffd8a8; --drain: #e8590c; --upgrade: #1971c2; --wait: #2f9e44; --stage: #adb5bd; --backup: #7048e8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 36px 0 10px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
p { margin: 8px 0; }
code, pre { font: 0.87em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--card); padding: 1px 4px; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.about { color: var(--soft); margin: 0 0 20px; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 12px; margin-bottom: 10px; font-weight: 600; font-size: 13px; border: 1px solid currentColor; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .calm { color: var(--calm); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tile b { display: block; font-size: 1.2em; line-height: 1.3; overflow-wrap: anywhere; }
.tile span { color: var(--soft); font-size: 0.87em; }
.problem { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: 10px 16px; margin: 16px 0; }
.note { border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 6px; padding: 10px 16px; margin: 16px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; font-size: 0.87em; }
td { overflow-wrap: anywhere; }
td:first-child, .whole { white-space: nowrap; }
.problem p, td div { white-space: pre-line; }
.findings td:nth-child(2) { width: 26%; } .findings td:nth-child(3) { width: 34%; }
summary { cursor: pointer; font-weight: 600; margin: 12px 0 6px; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--ink); font: 12px system-ui, Helvetica, Arial, sans-serif; }
svg .tick { fill: var(--soft); font-size: 11px; } svg .grid { stroke: var(--line); stroke-width: 1; }
.away { fill: var(--away); } .drain { fill: var(--drain); } .upgrade { fill: var(--upgrade); }
.wait { fill: var(--wait); } .stage { fill: var(--stage); } .backup { fill: var(--backup); } .failed { fill: var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--soft); font-size: 13px; margin: 6px 0 10px; }
.legend svg { display: inline-block; width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
footer { margin-top: 48px; color: var(--soft); font-size: 13px; }
@media print {
  main { max-width: none; padding: 0; }
  body { font-size: 11px; } h1 { font-size: 20px; } h2 { font-size: 14px; margin-top: 20px; }
  tr, .tile, .problem, svg { break-inside: avoid; } h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  a { color: inherit; text-decoration: none; }
}
@page { margin: 14mm; }
`;
