import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nouns } from './all-commands.js';
import type { ApiCommand } from './described-command.js';
import { Arguments } from './arguments.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const document = JSON.parse(await readFile(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** Everything typed that a command knows: each of its words, and each of its options. */
function everythingTyped({ usage, options = {}, secret }: ApiCommand): Arguments {
  const words = [...usage.matchAll(/[<[](\w+)[\]>]/g)].map(([, name]) => [name, 'x']);
  const given = Object.entries(options).map(([name, { type, array, choices }]) => {
    if (type === 'boolean') return [name, true];
    if (type === 'number') return [name, 1];
    return [name, array === true ? ['read'] : (choices?.[0] ?? 'x')];
  });
  return new Arguments(
    Object.fromEntries([...words, ...given, ...(secret === undefined ? [] : [[secret.name, 'x']])]) as Record<
      string,
      unknown
    >,
  );
}

function operationOf(method: string, path: string): Operation | undefined {
  const matching = Object.keys(document.paths).filter((template) => {
    const pattern = template.replaceAll(/\{[^}]+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(`/api/v1${path}`);
  });
  // A fixed word goes before a name: /tokens/attenuate before /tokens/{tokenId}.
  const [best] = matching.toSorted((one, other) => one.split('{').length - other.split('{').length);
  return best === undefined ? undefined : document.paths[best]?.[method.toLowerCase()];
}

function propertiesOf(schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  return [...Object.keys(schema.properties ?? {}), ...(schema.anyOf ?? []).flatMap(propertiesOf)];
}

describe.each(nouns)('waybill $noun', ({ commands }) => {
  it.each(commands)('$usage is a request that the API has, with what it takes and gives', (command) => {
    const { method, path, query = {}, body = {} } = command.request(everythingTyped(command));
    const operation = operationOf(method, path);
    expect(operation, `${method} ${path}`).toBeDefined();
    const parameters = operation?.parameters?.filter((parameter) => parameter.in === 'query') ?? [];
    expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(query)));
    const bodies = Object.values(operation?.requestBody?.content ?? {}).map(({ schema }) => schema);
    const taken = bodies.flatMap(propertiesOf);
    expect(Object.keys(body as object)).toEqual(
      expect.arrayContaining(bodies.flatMap(({ required = [] }) => required)),
    );
    expect(taken).toEqual(expect.arrayContaining(Object.keys(body as object)));
    if (!Array.isArray(command.shows)) return;
    const success = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
    const items = success?.content?.['application/json']?.schema.properties?.['items']?.items;
    const shown = command.shows as readonly { readonly from: string }[];

    expect(propertiesOf(items)).toEqual(expect.arrayContaining(shown.map(({ from }) => from.split('.')[0])));
  });
});
