import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ServiceDefinition } from '@waybill/service-host';
import { services } from '../../src/services.js';
import type { DocumentedRoute } from './controllers-of.js';
import { routesOfService } from './controllers-of.js';
import { code, table, title } from './markdown.js';

const root = join(import.meta.dirname, '../../../..');

/** docs/endpoints.md: every route of every service, who may call it, and where it is. */
export async function endpoints(): Promise<string> {
  const sections = await Promise.all(services.map(sectionOf));
  const about = `Every route behind the gateway. HEAD is answered wherever GET is. _Who may call it_: an action and the resource that
it is asked for (\`can()\` of libs/domain), _everybody_, or _filtered_: everybody, who gets what that action allows. Bodies
are staged in the object store where a size is named.

The gateway itself answers \`GET /\` (a page for people) and \`GET /favicon.ico\`. Every service answers \`GET /livez\`, \`GET
/readyz\` and \`GET /metrics\` on its health port, which clients do not reach.`;
  return [title('Endpoints', about), ...sections.filter((section) => section !== '')].join('\n\n');
}

async function sectionOf(service: ServiceDefinition): Promise<string> {
  const routes = routesOfService(service);
  if (routes.length === 0) return '';
  const folders = await foldersOf(service.name);
  const rows = routes.map((route) => [
    code(`${route.method} ${route.path}`),
    permission(route),
    route.upload === undefined ? '' : size(route.upload.maxBytes),
    code(folders.get(route.controller) ?? ''),
  ]);
  return `## ${service.name}\n\n${table(['route', 'who may call it', 'body up to', 'folder'], rows)}`;
}

function permission({ declaration }: DocumentedRoute): string {
  switch (declaration?.kind) {
    case 'requires':
      return `${code(declaration.action)} on ${code(declaration.resolver.name)}${further(declaration.further)}`;
    case 'filtered':
      return `filtered by ${code(declaration.action)}: ${declaration.reason}`;
    case 'open':
      return `everybody: ${declaration.reason}`;
    case undefined:
      throw new Error('A route declares no permission.');
  }
}

function further(words: string | undefined): string {
  return words === undefined ? '' : `, then ${words}`;
}

function size(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** Class name → folder, for every controller of a service. */
async function foldersOf(service: string): Promise<Map<string, string>> {
  const source = join(root, 'services', service, 'src');
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.controller.ts'));
  const found = files.map(async (file) => {
    const text = await readFile(join(source, file), 'utf8');
    const folder = relative(root, join(source, file, '..')).replaceAll(sep, '/');
    return [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => [name ?? '', folder] as const);
  });
  return new Map((await Promise.all(found)).flat());
}
