import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { chartSchema, chartSchemaPath, unusedSettings } from './chart-schema.js';
import { endpoints } from './endpoints.js';
import { environmentVariables } from './environment-variables.js';
import { subjects } from './subjects.js';

const docs = join(import.meta.dirname, '../../../../docs');

describe('the references in docs', () => {
  it.each<[file: string, write: () => string | Promise<string>]>([
    ['endpoints.md', endpoints],
    ['subjects.md', subjects],
    ['env.md', environmentVariables],
  ])('%s says what the code says; `pnpm gen` writes it anew', async (file, write) => {
    const path = join(docs, file);
    const style = await resolveConfig(path);
    const text = await format(await write(), { ...style, parser: 'markdown' });
    await expect(text, `docs/${file} is not what the code says: run "pnpm gen".`).toMatchFileSnapshot(path);
  });

  it('of the Helm chart know the settings of every service; `pnpm gen` writes them anew', async () => {
    const style = await resolveConfig(chartSchemaPath);
    const text = await format(JSON.stringify(JSON.parse(await chartSchema()), undefined, 2), {
      ...style,
      parser: 'json',
    });
    expect(unusedSettings(text)).toEqual([]);
    expect(text).toContain('"WAYBILL_SCAN_SECONDS"');
    await expect(text, 'values.schema.json is not what the code says: run "pnpm gen".').toMatchFileSnapshot(
      chartSchemaPath,
    );
  });

  it('say what a route asks for once its body was read', async () => {
    const route = 'PUT /npm/:repository/:package`';
    const line = (await endpoints()).split('\n').find((text) => text.includes(route));
    expect(line).toContain('`read` on `PackageResolver`, then publish or metadata, as the body wants');
  });

  it('name every service', async () => {
    expect(await endpoints()).toContain('## adapter-npm');
    expect(environmentVariables()).toContain('## search');
  });
});
