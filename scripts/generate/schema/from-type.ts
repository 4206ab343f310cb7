import {
  type Checker,
  SymbolFlags,
  type TemplateLiteralType,
  type Type,
  TypeFlags,
  type Symbol as TypeSymbol,
} from 'typescript/unstable/sync';
import type { SourceTypes } from './types.ts';

/** A JSON Schema, draft 2020-12: https://json-schema.org/draft/2020-12 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Types whose values grow from version to version: a reader of documents must take new ones. */
const OPEN_WORDS: Readonly<Record<string, JsonSchema>> = {
  ErrorCode: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'See docs/errors.md.' },
};

/**
 * The schema of documents that are written as a type says: what the sources promise, in a form that others can check. Objects are
 * open, since fields are only added within a version.
 */
export function schemaOfType({ project }: Pick<SourceTypes, 'project'>, type: Type): JsonSchema {
  const writer = schemaWriter(project.checker);
  const root = writer.inline(type);
  return {
    ...root,
    $defs: Object.fromEntries([...writer.definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

interface SchemaWriter {
  readonly inline: (type: Type) => JsonSchema;
  readonly definitions: ReadonlyMap<string, JsonSchema>;
}

function schemaWriter(checker: Checker): SchemaWriter {
  const definitions = new Map<string, JsonSchema>();
  const names = new Map<number, string>();

  const schemaOf = (type: Type): JsonSchema => {
    const name = nameOf(type);
    if (name === undefined) return inline(type);
    const open = OPEN_WORDS[name];
    if (open !== undefined) return open;
    const known = names.get(type.id);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const own = freeName(name);
    names.set(type.id, own);
    // Holds the name while what is below it may refer to it.
    definitions.set(own, {});
    const about = (type.getAliasSymbol() ?? type.getSymbol())?.getDocumentationComment(checker) ?? '';
    definitions.set(own, described(inline(type), about));
    return { $ref: `#/$defs/${own}` };
  };

  const freeName = (name: string): string => {
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : `${name}${number}`;
      if (!definitions.has(free)) return free;
    }
  };

  /** Names of object types that the sources gave one; generic ones with what they hold. */
  const nameOf = (type: Type): string | undefined => {
    const alias = type.getAliasSymbol();
    if (alias !== undefined && (alias.name in OPEN_WORDS || isObject(type) || type.isUnionType())) {
      return type.getAliasTypeArguments().length === 0 ? alias.name : undefined;
    }
    if (!isObject(type) || checker.isArrayLikeType(type) || type.isIntersectionType()) return undefined;
    const symbol = type.getSymbol()?.name;
    if (symbol === undefined || /^__|^(Date|Map)$/.test(symbol)) return undefined;
    return checker.typeToString(type).replaceAll(/\W+/g, '_').replaceAll(/^_|_$/g, '');
  };

  const inline = (type: Type): JsonSchema => {
    if (type.flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (type.flags & TypeFlags.Null) return { type: 'null' };
    if (type.isLiteralType()) return { const: type.value };
    if (type.flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (type.isUnionType()) return unionOf(type.getTypes());
    if (type.isTemplateLiteralType()) return { type: 'string', pattern: patternOf(type) };
    if (type.flags & TypeFlags.String) return { type: 'string' };
    if (type.flags & TypeFlags.Number) return { type: 'number' };
    if (checker.isTupleType(type) || checker.isArrayLikeType(type)) return arrayOf(type);
    if (isObject(type)) return objectOf(type);
    throw new Error(`no JSON Schema for ${checker.typeToString(type)} (flags ${type.flags})`);
  };

  const unionOf = (members: readonly Type[]): JsonSchema => {
    // The compiler numbers types as it meets them: their order here must not hang on that.
    const present = members
      .filter(({ flags }) => !(flags & TypeFlags.Undefined))
      .toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const literals = present.filter((each) => each.isLiteralType());
    const booleans = literals.filter((each) => each.isBooleanLiteralType());
    const values = literals.filter((each) => !each.isBooleanLiteralType() || booleans.length === 1);
    const rest = present.filter((each) => !each.isLiteralType()).map(schemaOf);
    const choices = [
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : []),
      ...(values.length === 1 ? [{ const: values[0]?.value }] : []),
      ...(values.length > 1 ? [{ enum: values.map(({ value }) => value).toSorted() }] : []),
      ...rest,
    ];
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? only : { anyOf: choices };
  };

  const sortKey = (type: Type): string => {
    const command = isObject(type) ? checker.getPropertyOfType(type, 'command') : undefined;
    const of = command === undefined ? undefined : checker.getTypeOfSymbol(command);
    return `${of === undefined ? '' : checker.typeToString(of)} ${checker.typeToString(type)}`;
  };

  const arrayOf = (type: Type): JsonSchema => {
    const items = type.isTypeReference() ? checker.getTypeArguments(type) : [];
    if (checker.isTupleType(type)) {
      return {
        type: 'array',
        prefixItems: items.map(schemaOf),
        minItems: items.length,
        maxItems: items.length,
      };
    }
    const [item] = items;
    if (item === undefined) throw new Error(`no items in ${checker.typeToString(type)}`);
    return { type: 'array', items: schemaOf(item) };
  };

  const objectOf = (type: Type): JsonSchema => {
    // As src/plan/saved/plain.ts writes them.
    if (type.getSymbol()?.name === 'Date') return tagged('$date', { type: 'string', format: 'date-time' });
    if (/^(Readonly)?Map$/.test(type.getSymbol()?.name ?? '')) return tagged('$map', { type: 'array' });
    const properties = checker.getPropertiesOfType(type).filter((each) => !each.name.startsWith('__@'));
    const [index] = checker.getIndexInfosOfType(type);
    const shown = properties.map((each): [string, JsonSchema] => [each.name, propertyOf(each)]);
    return {
      type: 'object',
      ...(shown.length > 0 && { properties: Object.fromEntries(shown) }),
      ...requiredOf(properties),
      ...(index !== undefined && { additionalProperties: schemaOf(index.valueType) }),
    };
  };

  const propertyOf = (symbol: TypeSymbol): JsonSchema => {
    const type = checker.getTypeOfSymbol(symbol);
    if (type === undefined) throw new Error(`no type of ${symbol.name}`);
    const optional = type.isUnionType() && type.getTypes().some(({ flags }) => flags & TypeFlags.Undefined);
    const schema = optional ? unionOf(type.getTypes()) : schemaOf(type);
    return described(schema, symbol.getDocumentationComment(checker));
  };

  return { inline, definitions };
}

function isObject(type: Type): boolean {
  return type.isObjectType() || type.isIntersectionType();
}

function requiredOf(properties: readonly TypeSymbol[]): JsonSchema {
  const required = properties.filter(({ flags }) => !(flags & SymbolFlags.Optional)).map(({ name }) => name);
  return required.length === 0 ? {} : { required };
}

function tagged(tag: string, content: JsonSchema): JsonSchema {
  return { type: 'object', properties: { [tag]: content }, required: [tag] };
}

function described(schema: JsonSchema, about: string): JsonSchema {
  return about === '' ? schema : { ...schema, description: about.replaceAll(/\s+/g, ' ') };
}

function patternOf(type: TemplateLiteralType): string {
  const holes = type.getTypes().map(({ flags }) => (flags & TypeFlags.Number ? '-?\\d+(\\.\\d+)?' : '.*'));
  const parts = type.texts.map(
    (text, index) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&') + (holes[index] ?? ''),
  );
  return `^${parts.join('')}$`;
}
