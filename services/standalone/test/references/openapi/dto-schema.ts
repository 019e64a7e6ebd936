import type { Type } from '@nestjs/common';
// The storage that `@Type` writes to; class-transformer has no other door to it.
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';

/** A JSON Schema (2020-12) as it stands in the document. */
export type JsonSchema = Record<string, unknown>;

export interface DtoSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

const maxDepth = 10;

/** What class-validator asks of a DTO, its defaults included; nested classes stand where they are used. */
export function dtoSchema(dto: Type, depth = 0): DtoSchema {
  if (depth > maxDepth) throw new Error(`${dto.name} is nested too deep.`);
  const { properties = {} } = targetConstructorToSchema(dto, {
    additionalConverters,
  }) as { properties?: Record<string, JsonSchema> };
  const defaults = new dto() as Record<string, unknown>;
  const unchecked = uncheckedValues(dto);
  const complete = Object.entries(properties).map(([name, schema]) => {
    const nested = nestedTypeOf(dto, name);
    const whole = nested === undefined ? schema : inline(schema, objectSchema(nested, depth + 1));
    const inlined = unchecked(name, null) ? orNull(whole) : whole;
    const value = defaults[name];
    return [name, value === undefined ? inlined : { ...inlined, default: value }] as const;
  });
  return {
    properties: Object.fromEntries(complete),
    required: Object.keys(properties).filter((name) => defaults[name] === undefined && !unchecked(name, undefined)),
  };
}

/** The same as one schema; what is not declared is refused. */
export function objectSchema(dto: Type, depth = 0): JsonSchema {
  const { properties, required } = dtoSchema(dto, depth);
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** Says of a field whether that value of it passes without a check, by `@IsOptional()`, `@MayBeAbsent()` or `@ValidateIf()`. */
function uncheckedValues(dto: Type): (name: string, value: null | undefined) => boolean {
  const conditions = getMetadataStorage()
    .getTargetValidationMetadatas(dto, '', false, false)
    .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  return (name, value) =>
    conditions.some(({ propertyName, constraints }) => {
      const isChecked = constraints[0] as (body: object, value: unknown) => boolean;
      return propertyName === name && !isChecked({ [name]: value }, value);
    });
}

function orNull(schema: JsonSchema): JsonSchema {
  const { description, ...asked } = schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [asked, { type: 'null' }] };
}

/** The class of a field that is an object, or a list of objects. */
export function nestedTypeOf(dto: Type, property: string): Type | undefined {
  const found = defaultMetadataStorage.findTypeMetadata(dto, property);
  const type = found?.typeFunction() as Type | undefined;
  const simple: unknown[] = [undefined, String, Number, Boolean, Date, Object, Array];
  return simple.includes(type) ? undefined : type;
}

function inline(schema: JsonSchema, nested: JsonSchema): JsonSchema {
  if (schema['type'] === 'array') return { ...schema, items: nested };
  return nested;
}

/** What not every reader of JSON Schema understands, although RFC 9485 and ECMA-262 do. */
const unportable = /\\[pP]\{|\\0/;

/** What JSON Schema can say of rules that the library leaves out. */
const additionalConverters = {
  isIso8601: { type: 'string' as const, format: 'date-time' },
  isPattern: { type: 'string' as const },
  matches: ({ constraints }: { constraints?: unknown[] }) => {
    const pattern = constraints?.[0];
    const told = pattern instanceof RegExp && !unportable.test(pattern.source);
    return { type: 'string' as const, ...(told ? { pattern: pattern.source } : {}) };
  },
};
