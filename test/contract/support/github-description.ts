import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

/** GitHub's published OpenAPI description: what it says of a request and of an answer. */
export interface GitHubDescription {
  /** The operation that a method and a path call, with the values of the path's parameters. */
  operationOf(method: string, path: string): Operation | undefined;
}

export interface Operation {
  /** As the description writes it, for example `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What is wrong with a request; empty if nothing is. */
  requestProblems(query: URLSearchParams, body: unknown): readonly string[];
  /** What is wrong with an answer; empty if nothing is. */
  responseProblems(status: number, body: unknown): readonly string[];
}

/** The descriptions that @octokit/openapi carries. */
export type Edition = 'api.github.com' | 'ghes-3.19';

type Json = Readonly<Record<string, unknown>>;

export function readDescription(edition: Edition): Promise<GitHubDescription> {
  const description = descriptions.get(edition) ?? readDocument(edition).then(describe);
  descriptions.set(edition, description);
  return description;
}

const descriptions = new Map<Edition, Promise<GitHubDescription>>();

function describe(document: Json): GitHubDescription {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: true });
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addFormat('int64', { type: 'number', validate: Number.isInteger });
  const compiled = new Map<string, ValidateFunction>();
  const validate = (key: string, schema: unknown, value: unknown): readonly string[] => {
    const check = compiled.get(key) ?? ajv.compile({ ...record(schema), components: document.components });
    compiled.set(key, check);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${key}${instancePath} ${message}`);
  };
  const deref = (value: unknown): Json => {
    const { $ref } = record(value);
    return typeof $ref === 'string' ? deref(pointed(document, $ref)) : record(value);
  };
  const templates = Object.keys(record(document.paths));

  return {
    operationOf(method, path) {
      // A literal segment wins over a parameter, as in /issues/comments/{comment_id}.
      const template = templates
        .filter((each) => valuesOf(each, path) !== undefined)
        .toSorted((a, b) => a.split('{').length - b.split('{').length)
        .find((each) => pointed(document, ['paths', each, method.toLowerCase()]) !== undefined);
      if (template === undefined) return undefined;
      const operation = record(pointed(document, ['paths', template, method.toLowerCase()]));
      const name = `${method} ${template}`;
      const parameters = valuesOf(template, path) ?? {};
      return {
        name,
        parameters,
        requestProblems: (query, body) => [
          ...parameterProblems(operation, parameters, query),
          ...bodyProblems(operation, body),
        ],
        responseProblems(status, body) {
          const described = record(operation.responses)[status];
          if (described === undefined) return [];
          const content = record(record(deref(described).content)['application/json']);
          if (content.schema === undefined)
            return body === undefined ? [] : [`${name} ${status} has no body`];
          return validate(`${name} ${status}`, content.schema, body);
        },
      };

      function parameterProblems(operation: Json, path: Json, query: URLSearchParams): readonly string[] {
        const known = (Array.isArray(operation.parameters) ? operation.parameters : []).map(deref);
        const unknown = [...query.keys()].filter(
          (key) => !known.some((parameter) => parameter.in === 'query' && parameter.name === key),
        );
        const wrong = known.flatMap((parameter) => {
          const key = String(parameter.name);
          const text = parameter.in === 'path' ? path[key] : query.get(key);
          if (text === null || text === undefined) return parameter.required ? [`${key} is missing`] : [];
          return validate(`${name} ${key}`, parameter.schema, typed(deref(parameter.schema), String(text)));
        });
        return [...unknown.map((key) => `${key} is no parameter of ${name}`), ...wrong];
      }

      function bodyProblems(operation: Json, body: unknown): readonly string[] {
        const described = deref(operation.requestBody);
        const content = record(record(described.content)['application/json']);
        if (content.schema === undefined) return body === undefined ? [] : [`${name} takes no body`];
        if (body === undefined) return described.required ? [`${name} needs a body`] : [];
        return validate(`${name} body`, content.schema, body);
      }
    },
  };
}

/** One of the examples that the description brings along, to make answers from. */
export async function readExample(edition: Edition, name: string): Promise<unknown> {
  const document = await readDocument(edition);
  return record(pointed(document, ['components', 'examples', name])).value;
}

const documents = new Map<Edition, Promise<Json>>();

/** Read once: it is 12 MB. */
function readDocument(edition: Edition): Promise<Json> {
  const read = async (): Promise<Json> => {
    const manifest = createRequire(import.meta.url).resolve('@octokit/openapi/package.json');
    return JSON.parse(await readFile(new URL(`generated/${edition}.json`, `file://${manifest}`), 'utf8'));
  };
  const document = documents.get(edition) ?? read();
  documents.set(edition, document);
  return document;
}

/** The values of a template's parameters in a path; undefined where it does not fit. */
function valuesOf(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const [names, segments] = [template.split('/'), path.split('/')];
  if (names.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = segments[index] ?? '';
    if (name.startsWith('{')) values[name.slice(1, -1)] = decodeURIComponent(segment);
    else if (name !== segment) return undefined;
  }
  return values;
}

function typed(schema: Json, text: string): unknown {
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}

function pointed(document: Json, pointer: string | readonly string[]): unknown {
  const path = typeof pointer === 'string' ? pointer.replace(/^#\//, '').split('/') : pointer;
  return path.reduce<unknown>((value, key) => record(value)[key], document);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
