import { createHash } from 'node:crypto';
import { buildProjectHtml } from './project-html.builder.js';
import { buildProjectJson } from './project-json.builder.js';
import type { SimpleForm } from './simple-form.rules.js';
import type { BuiltPage, ProjectPage } from './simple-page.js';

const builders = { html: buildProjectHtml, json: buildProjectJson } as const satisfies Record<
  SimpleForm,
  (page: ProjectPage) => Buffer
>;

export function buildPage(page: ProjectPage, form: SimpleForm): BuiltPage {
  const body = builders[form](page);
  return { body, etag: etagOf(body) };
}

export function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 32)}"`;
}
