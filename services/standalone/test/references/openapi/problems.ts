import type { JsonSchema } from './dto-schema.js';

/** RFC 9457, with what this API adds to it. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457). `code` is stable; `title` is one sentence for a person.',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', examples: ['about:blank'] },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', examples: ['request.invalid'] },
    requestId: { type: 'string', description: 'Names this request in the log of the installation.' },
    details: { type: 'object', additionalProperties: true },
    errors: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string', examples: ['body.name', 'query.limit'] },
          code: { type: 'string', examples: ['field.required'] },
          message: { type: 'string' },
        },
      },
    },
  },
};

const meaningOfStatus: Readonly<Record<number, string>> = {
  400: 'The request is not usable; `errors` names the fields.',
  401: 'Sign in first.',
  403: 'It may be seen, but this may not be done to it.',
  404: 'There is no such thing, or nothing that the caller may know of.',
  409: 'It is not in a state for this.',
  412: 'It was changed since it was read.',
  413: 'Too large.',
  415: 'A body is JSON here.',
  428: 'Say by If-Match what was read.',
  429: 'Too much at once; `Retry-After` says when to come back.',
  503: 'Not now; `Retry-After` says when to come back.',
};

export function meaningOf(status: number): string {
  return meaningOfStatus[status] ?? 'It was refused.';
}
