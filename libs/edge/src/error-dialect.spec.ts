import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { dialectFor, errorDialect, problemDialect, renderError } from './error-dialect.js';

const error = new DomainError('conflict', 'toy.taken', 'Somebody else has "it".', { details: { name: 'a' } });

describe('dialects of errors', () => {
  it('fills a template of any shape, strings and numbers as what they are', () => {
    const dialect = {
      contentType: 'application/json',
      body: { errors: [{ code: '$code', detail: '$message', n: 1 }] },
    };
    expect(errorDialect.parse(dialect)).toEqual(dialect);
    const rendered = renderError(dialect, error, 'r1');
    expect(rendered.status).toBe(409);
    expect(JSON.parse(rendered.body)).toEqual({
      errors: [{ code: 'toy.taken', detail: 'Somebody else has "it".', n: 1 }],
    });
  });

  it('words a problem as RFC 9457 does', () => {
    const rendered = renderError(problemDialect, error, 'r1', 405);
    expect(rendered.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(JSON.parse(rendered.body)).toMatchObject({
      type: 'about:blank',
      status: 405,
      code: 'toy.taken',
      requestId: 'r1',
      details: { name: 'a' },
    });
  });

  it('names the fields that are wrong beside the other facts, and none where none is (W6)', () => {
    const errors = [{ field: 'body.name', code: 'field.required', message: 'name is needed' }];
    const wrong = new DomainError('invalid', 'request.invalid', 'No.', { details: { errors, limit: 3 } });
    expect(JSON.parse(renderError(problemDialect, wrong, 'r1').body)).toMatchObject({ errors, details: { limit: 3 } });
    expect(JSON.parse(renderError(problemDialect, error, 'r1').body)).not.toHaveProperty('errors');
  });

  it('does not fill what only looks like a fact', () => {
    const dialect = { contentType: 'text/plain', body: ['$constructor', 'costs $status'] };
    expect(JSON.parse(renderError(dialect, error, 'r1').body)).toEqual(['$constructor', 'costs $status']);
  });

  it('is the message alone where the dialect is a text, and in the status line where clients look for it there', () => {
    const dialect = { contentType: 'text/plain; charset=utf-8', body: '$message', reasonPhrase: true };
    expect(renderError(dialect, error, 'r1')).toMatchObject({
      body: 'Somebody else has "it".',
      reason: 'Somebody else has "it".',
    });
    expect(renderError(problemDialect, error, 'r1').reason).toBeUndefined();
  });

  it('lets nothing into the status line that could end it (W6)', () => {
    const dialect = { contentType: 'text/plain', body: '$message', reasonPhrase: true };
    const hostile = new DomainError('invalid', 'toy.name', `a\r\nSet-Cookie: b=c\u0000\u2028ö${'x'.repeat(1000)}`);
    const { reason = '' } = renderError(dialect, hostile, 'r1');
    expect(reason).toMatch(/^a Set-Cookie: b=c x+$/);
    expect(reason.length).toBeLessThanOrEqual(400);
  });

  it('says when to come back, in whole seconds', () => {
    const busy = new DomainError('limit', 'busy', 'Too many.', { retryAfterSeconds: 0.4 });
    expect(renderError(problemDialect, busy, 'r1')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  });

  it('speaks RFC 9457 under /api/v1/ whatever service answers there, and for what no service owns', () => {
    const dialect = { contentType: 'application/json', body: { error: '$message' } };
    expect(dialectFor('/api/v1/npm/signing-keys?a=b', dialect)).toBe(problemDialect);
    expect(dialectFor('/npm/acme/api/v1/', dialect)).toBe(dialect);
    expect(dialectFor('/npm/acme/', undefined)).toBe(problemDialect);
  });
});
