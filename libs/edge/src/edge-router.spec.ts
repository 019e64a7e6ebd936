import { describe, expect, it } from 'vitest';
import { edgeDescription } from './edge-description.js';
import { signInRouter, uploadRouter } from './edge-router.js';
import { problemDialect } from './error-dialect.js';

function describing(more: object) {
  return edgeDescription.parse({
    service: 'adapter-toy',
    prefixes: ['/toy/'],
    hostPaths: [],
    credentials: [],
    dialect: problemDialect,
    uploads: [{ method: 'POST', path: '/toy/:repository/legacy', maxBytes: 10, digests: [], anonymous: false }],
    inlineRoutes: [],
    signInRoutes: [{ method: 'PUT', path: '/toy/:repository/login' }],
    maxInlineBodyBytes: 10,
    snippets: [],
    ...more,
  });
}

describe('a last slash (A1, W5)', () => {
  it('is of another address to a service that takes it so', () => {
    const description = describing({});
    expect(uploadRouter(description)('POST', '/toy/main/legacy')?.maxBytes).toBe(10);
    expect(uploadRouter(description)('POST', '/toy/main/legacy/')).toBeUndefined();
    expect(signInRouter(description)('PUT', '/toy/main/login/')).toBe(false);
  });

  it('is nothing to the gateway either where the service drops it', () => {
    const description = describing({ dropsLastSlash: true });
    expect(uploadRouter(description)('POST', '/toy/main/legacy/')?.maxBytes).toBe(10);
    expect(signInRouter(description)('PUT', '/toy/main/login/')).toBe(true);
    expect(uploadRouter(description)('POST', '/toy/main/legacy//')).toBeUndefined();
  });
});
