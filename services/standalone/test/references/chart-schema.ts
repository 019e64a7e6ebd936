import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { services } from '../../src/services.js';

export const chartSchemaPath = join(import.meta.dirname, '../../../../helm/waybill/values.schema.json');

const definitions = z.looseObject({ $defs: z.record(z.string(), z.json()) });
const prefix = 'settings-of-';
const adapterPrefix = 'adapter-';

/**
 * helm/waybill/values.schema.json, with the variables that may be in the `environment` of each service: those of its
 * configuration. What all adapters have by default may be of any of them. The rest of the file is written by hand.
 */
export async function chartSchema(): Promise<string> {
  const schema = definitions.parse(JSON.parse(await readFile(chartSchemaPath, 'utf8')));
  const names = services.map(({ name, config }) => [name, Object.keys(config.shape)] as const);
  const ofAdapters = names.filter(([name]) => name.startsWith(adapterPrefix)).flatMap(([, variables]) => variables);
  const byHand = Object.entries(schema.$defs).filter(([name]) => !name.startsWith(prefix));
  const settings = [...names, ['adapters', ofAdapters] as const].map(
    ([name, variables]) => [`${prefix}${name}`, settingsAmong(variables)] as const,
  );
  return JSON.stringify({ ...schema, $defs: Object.fromEntries([...byHand, ...settings]) });
}

/** The definitions of settings that nothing in the schema refers to: services that it forgets. */
export function unusedSettings(schema: string): string[] {
  const { $defs } = definitions.parse(JSON.parse(schema));
  return Object.keys($defs).filter((name) => name.startsWith(prefix) && !schema.includes(`"#/$defs/${name}"`));
}

function settingsAmong(variables: readonly string[]) {
  const known = [...new Set(variables)].toSorted().map((name) => [name, true] as const);
  return { properties: { environment: { properties: Object.fromEntries(known), additionalProperties: false } } };
}
