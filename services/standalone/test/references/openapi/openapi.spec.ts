import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { isDocumented, managementRoutes, openApiDocument, operationsOf } from './openapi-document.js';

const path = join(import.meta.dirname, '../../../../gateway/src/api-docs/openapi.json');

describe('the OpenAPI document of the management API', () => {
  it('knows every route: each is @Documented', () => {
    const silent = managementRoutes().filter((route) => !isDocumented(route));
    expect(silent.map(({ method, path: route, controller }) => `${method} ${route} (${controller})`)).toEqual([]);
  });

  it('names each operation once, as a method of a client', async () => {
    const { paths } = await openApiDocument();
    const names = Object.values(paths).flatMap((item) =>
      operationsOf(item).map(({ operationId }) => operationId ?? ''),
    );
    expect(names.filter((name) => !/^[a-z]+[A-Za-z0-9]*$/.test(name))).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('is what linters ask of a document; a new noun is told of in nouns.ts', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const source = JSON.stringify(await openApiDocument());
    const problems = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    const told = problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
    expect(told).toEqual([]);
  });

  it('says what the code says; `pnpm gen` writes it anew', async () => {
    const style = await resolveConfig(path);
    const text = await format(JSON.stringify(await openApiDocument(), undefined, 2), { ...style, parser: 'json' });
    await expect(text, 'docs/openapi.json is not what the code says: run "pnpm gen".').toMatchFileSnapshot(path);
  });
});
