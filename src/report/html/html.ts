/** HTML that is safe to put into a page: made by html() and joined from such. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[] | undefined;

/**
 * A template of HTML: texts put into it are escaped, so that nothing from a cluster becomes markup
 * (https://html.spec.whatwg.org/multipage/syntax.html#syntax-text); HTML stays as it is, and undefined is nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + partOf(parts[index])).join('') };
}

function partOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'object') return 'html' in part ? part.html : part.map((each) => each.html).join('');
  return escaped(String(part));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A table with a heading row; cells are texts or HTML. */
export function table(head: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  if (rows.length === 0) return html``;
  const cells = (row: readonly (Html | string)[]) => row.map((cell) => html`<td>${cell}</td>`);
  const headings = head.every((name) => name === '')
    ? undefined
    : html`<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  return html`<div class="scroll"><table>
${headings}
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}

export function code(text: string): Html {
  return text === '' ? html`` : html`<code>${text}</code>`;
}

/** A text that is not broken over two lines. */
export function whole(text: string): Html {
  return html`<span class="whole">${text}</span>`;
}

/** A part of the page under a heading; nothing where it has no content. */
export function section(title: string, content: Html): Html {
  return content.html === '' ? html`` : html`<section><h2>${title}</h2>\n${content}\n</section>\n`;
}

/** Detail that a reader opens; in print it is open. */
export function folded(title: string, content: Html): Html {
  return content.html === '' ? html`` : html`<details><summary>${title}</summary>\n${content}\n</details>`;
}

/** Texts on lines of their own. */
export function lines(texts: readonly (Html | string)[]): Html {
  return html`${texts.map((text) => html`<div>${text}</div>`)}`;
}
