import type { DomainError } from '@waybill/domain';
import { z } from 'zod';
import { pathOf } from './request-target.js';

/**
 * JSON in which the strings `$message`, `$code`, `$status`, `$requestId`, `$details` and `$errors` stand for the error's facts:
 * `$errors` for what is wrong field by field (`details.errors`), absent where nothing is.
 */
export type JsonTemplate =
  string | number | boolean | null | readonly JsonTemplate[] | { readonly [key: string]: JsonTemplate };

const jsonTemplate: z.ZodType<JsonTemplate> = z.json();

/** How one service words errors; part of its description, so that the gateway's refusals sound the same. */
export const errorDialect = z.object({
  contentType: z.string().max(200),
  body: jsonTemplate,
  headers: z.record(z.string(), z.string().max(1000)).optional(),
  /** The message stands in the status line, too (RFC 9112, 4): some clients show nothing else. */
  reasonPhrase: z.boolean().optional(),
});
export type ErrorDialect = z.infer<typeof errorDialect>;

/** RFC 9457, for the management API and for paths that no service owns. */
export const problemDialect: ErrorDialect = {
  contentType: 'application/problem+json',
  body: {
    type: 'about:blank',
    title: '$message',
    status: '$status',
    code: '$code',
    requestId: '$requestId',
    details: '$details',
    errors: '$errors',
  },
};

const managementPrefix = '/api/v1/';

/** Whether a raw target is one of the management API. */
export function isManagementTarget(target: string): boolean {
  return pathOf(target).startsWith(managementPrefix);
}

/** Whether a route, by the pattern that it was registered with, is one of the management API. */
export function isManagementRoute(pattern: string | undefined): boolean {
  return pattern?.startsWith(managementPrefix) === true;
}

/** How errors are worded under this raw target: the management API speaks one dialect, whatever service answers there. */
export function dialectFor(target: string, ofService: ErrorDialect | undefined): ErrorDialect {
  return ofService === undefined || isManagementTarget(target) ? problemDialect : ofService;
}

export interface RenderedError {
  readonly status: number;
  /** Where the dialect has one: visible ASCII without line ends, of a bounded length. */
  readonly reason?: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * The answer for `error` in `dialect`: JSON, or the text alone where its template is one text and its type is no JSON. `status` replaces the
 * kind's where HTTP knows a finer one (405, 408, 415 …).
 */
export function renderError(
  dialect: ErrorDialect,
  error: DomainError,
  requestId: string,
  status: number = error.status,
): RenderedError {
  const { errors, ...details } = error.details;
  const facts: Record<string, unknown> = {
    $message: error.message,
    $code: error.code,
    $status: status,
    $requestId: requestId,
    $details: details,
    $errors: errors,
  };
  const headers: Record<string, string> = {
    'content-type': dialect.contentType,
    'cache-control': 'no-store',
    ...dialect.headers,
  };
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterSeconds));
  const filled = fill(dialect.body, facts);
  const isText = typeof filled === 'string' && dialect.contentType.startsWith('text/');
  return {
    status,
    ...(dialect.reasonPhrase === true ? { reason: reasonOf(error.message) } : {}),
    headers,
    body: isText ? filled : JSON.stringify(filled),
  };
}

const maxReasonCharacters = 400;

function reasonOf(message: string): string {
  return message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, maxReasonCharacters);
}

function fill(template: JsonTemplate, facts: Record<string, unknown>): unknown {
  if (typeof template === 'string') return Object.hasOwn(facts, template) ? facts[template] : template;
  if (isList(template)) return template.map((entry) => fill(entry, facts));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, facts)]));
  }
  return template;
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template);
}
