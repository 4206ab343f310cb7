import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { commentBody } from '../src/report/comment.ts';
import type { Ending } from '../src/report/ending.ts';
import { htmlReport } from '../src/report/html/report.ts';

/**
 * Makes the pictures of docs/images anew, out of result documents of runs on the lab (test/pictures): the comment as GitHub shows it, and
 * the HTML report. Needs chromium; what renders Markdown is no part of Kubestair and is kept in a cache.
 */
const RENDERERS = ['marked@18.2.1', 'github-markdown-css@5.9.0', 'mermaid@12.3.0'];
const root = path.resolve(import.meta.dirname, '..');
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'kubestair-pictures');
const at = '2026-11-27T10:02:00Z';

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: true;
  readonly page: () => string;
}

const pictures: readonly Picture[] = [
  { name: 'comment-ready', width: 920, height: 1420, page: () => comment('plan-ready') },
  { name: 'comment-blocked', width: 920, height: 900, page: () => comment('plan-blocked') },
  { name: 'report-upgrade', width: 1128, height: 1400, page: () => report('upgrade') },
  { name: 'report-upgrade-dark', width: 1128, height: 700, dark: true, page: () => report('upgrade') },
];

const wanted = process.argv.slice(2);
prepare();
const work = mkdtempSync(path.join(tmpdir(), 'pictures-'));
try {
  for (const picture of pictures) {
    if (wanted.length === 0 || wanted.includes(picture.name)) take(picture);
  }
} finally {
  rmSync(work, { recursive: true });
}

function prepare(): void {
  if (existsSync(path.join(cache, 'node_modules/mermaid'))) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(path.join(cache, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...RENDERERS], {
    cwd: cache,
    stdio: 'inherit',
  });
}

function take({ name, width, height, dark, page }: Picture): void {
  const file = path.join(work, `${name}.html`);
  writeFileSync(file, page());
  const to = path.join(root, 'docs/images', `${name}.png`);
  mkdirSync(path.dirname(to), { recursive: true });
  execFileSync(
    'chromium',
    [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--allow-file-access-from-files',
      ],
      ...[
        '--force-color-profile=srgb',
        '--virtual-time-budget=15000',
        '--run-all-compositor-stages-before-draw',
      ],
      ...(dark ? ['--blink-settings=preferredColorScheme=0'] : ['--blink-settings=preferredColorScheme=1']),
      `--user-data-dir=${path.join(work, 'profile')}`,
      `--window-size=${width},${height}`,
      `--screenshot=${to}`,
      pathToFileURL(file).href,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  console.log(path.relative(root, to));
}

/** A comment in the box that GitHub puts round it. */
function comment(document: string): string {
  const body = commentBody(endingOf(document), {
    subject: { cluster: 'prod', file: 'clusters/prod.yaml' },
    commit: '5c1f0be2a7d94c55b1f2e6a90d3c4b7788aa1122',
    at,
    runUrl: 'https://github.com/acme/clusters/actions/runs/42',
  });
  const of = (file: string): string => pathToFileURL(path.join(cache, 'node_modules', file)).href;
  const text = JSON.stringify(body).replaceAll('<', '\\u003c');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<link rel="stylesheet" href="${of('github-markdown-css/github-markdown-light.css')}">
<style>
body { margin: 20px; background: #fff; }
.box { border: 1px solid #d1d9e0; border-radius: 6px; }
.head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px; color: #59636e;
  font: 14px/1.5 -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.head b { color: #1f2328; } .head i { font-style: normal; border: 1px solid #d1d9e0; border-radius: 999px; padding: 0 7px; font-size: 12px; }
.markdown-body { padding: 16px; font-size: 14px; }
.mermaid { border: 1px solid #d1d9e0; border-radius: 6px; padding: 8px; }
</style></head><body>
<div class="box"><div class="head"><b>github-actions</b> <i>bot</i> commented now</div><div class="markdown-body" id="body"></div></div>
<script src="${of('mermaid/dist/mermaid.min.js')}"></script>
<script type="module">
import { marked } from '${of('marked/lib/marked.esm.js')}';
const body = document.getElementById('body');
body.innerHTML = marked.parse(${text}, { gfm: true })
  .replaceAll(/<blockquote>\\s*<p>\\[!(\\w+)\\]/g, (_, kind) => '<blockquote class="markdown-alert markdown-alert-' + kind.toLowerCase() + '"><p><b>' + kind + '</b><br>');
for (const code of body.querySelectorAll('code.language-mermaid')) {
  const div = Object.assign(document.createElement('div'), { className: 'mermaid', textContent: code.textContent });
  code.parentElement.replaceWith(div);
}
mermaid.initialize({ startOnLoad: false, theme: 'default' });
await mermaid.run();
</script></body></html>`;
}

function report(document: string): string {
  return htmlReport(endingOf(document), { tool: 'kubestair/0.1.0', at });
}

function endingOf(document: string): Ending {
  return JSON.parse(readFileSync(path.join(root, 'test/pictures', `${document}.json`), 'utf8'));
}
