import { parse } from 'yaml';

/** A YAML map; undefined for anything else, broken YAML included. */
export function readYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
