import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type SchemaName = 'result' | 'backup' | 'proofs' | 'observation' | 'journal-entry';

type Json = Readonly<Record<string, unknown>>;
const compiled = new Map<string, ValidateFunction>();

/**
 * What a document has against its published schema, a line each. Beyond what the schema asks of a reader, nothing may be in the
 * document that the schema does not tell of.
 */
export function documentProblems(name: SchemaName, document: unknown): readonly string[] {
  const check = compiled.get(name) ?? compile(name);
  compiled.set(name, check);
  if (check(document)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

export function publishedSchema(name: SchemaName): Json {
  const path = new URL(`../../schema/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Whether a command line prints a result document. */
export function isResultDocument(args: readonly string[], stdout: string): boolean {
  const at = args.findIndex((arg) => arg === '--output' || arg === '-o');
  return stdout !== '' && at >= 0 && args[at + 1] === 'json';
}

/** @throws Error with every problem */
export function requireDocument(name: SchemaName, text: string): void {
  const problems = documentProblems(name, JSON.parse(text));
  if (problems.length > 0) {
    throw new Error(`the document is not as schema/${name}.schema.json says:\n${problems.join('\n')}`);
  }
}

function compile(name: SchemaName): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, logger: false });
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  return ajv.compile(closed(publishedSchema(name)) as Json);
}

/** The same schema without room for what it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const open = 'properties' in schema && !('additionalProperties' in schema) && 'type' in schema;
  return open ? { ...inner, additionalProperties: false } : inner;
}
