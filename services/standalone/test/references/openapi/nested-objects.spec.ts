import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { bodyClassOf } from '../route-arguments.js';
import { dtoSchema, type JsonSchema, nestedTypeOf } from './dto-schema.js';
import { managementRoutes } from './openapi-document.js';

/** Every class of a body, and those that are nested in it. */
function bodyClasses(): Set<Type> {
  const found = new Set<Type>();
  for (const route of managementRoutes()) add(bodyClassOf(route), found);
  return found;
}

function add(dto: Type | undefined, found: Set<Type>): void {
  if (dto === undefined || found.has(dto)) return;
  found.add(dto);
  for (const name of Object.keys(dtoSchema(dto).properties)) add(nestedTypeOf(dto, name), found);
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? (anyOf as JsonSchema[]) : [schema];
}

/** What looks like what is asked for, and is a list too many. */
function listsFor(schema: JsonSchema): unknown[] {
  return alternatives(schema).flatMap((one) => {
    if (one['type'] === 'object') return [[], [{}]];
    const { items } = one as { items?: JsonSchema };
    return one['type'] === 'array' && items?.['type'] === 'object' ? [[[]], [[{}]]] : [];
  });
}

describe('an object in a body of the management API', () => {
  it('is never a list, wherever it is (I6)', async () => {
    const taken: string[] = [];
    let asked = 0;
    for (const dto of bodyClasses()) {
      for (const [name, schema] of Object.entries(dtoSchema(dto).properties)) {
        for (const value of listsFor(schema)) {
          asked += 1;
          const errors = await validate(plainToInstance(dto, { [name]: value }) as object);
          const refused = errors.find(({ property }) => property === name)?.constraints ?? {};
          if (!('isObject' in refused)) taken.push(`${dto.name}.${name}: ${JSON.stringify(value)}`);
        }
      }
    }
    expect(taken).toEqual([]);
    expect(asked).toBeGreaterThan(7);
  });
});
