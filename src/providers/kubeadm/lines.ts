import { stripVTControlCharacters } from 'node:util';

/** Takes output as it arrives and gives whole lines, without colours and control characters. */
export function lineReader(): {
  readonly feed: (text: string) => readonly string[];
  readonly rest: () => readonly string[];
} {
  let open = '';
  return {
    feed(text) {
      const parts = (open + text).split(/\r?\n|\r/);
      open = parts.pop() ?? '';
      return parts.map(clean).filter((line) => line !== '');
    },
    rest() {
      const line = clean(open);
      open = '';
      return line === '' ? [] : [line];
    },
  };
}

function clean(line: string): string {
  return stripVTControlCharacters(line).trimEnd();
}
