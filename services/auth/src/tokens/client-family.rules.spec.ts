import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { clientFamily, keptUserAgent } from './client-family.rules.js';

describe('what a client calls itself', () => {
  it.each([
    ['npm/10.8.2 node/v22.1.0 linux x64 workspaces/false', 'npm'],
    ['pnpm/9.0.0 npm/? node/v22', 'pnpm'],
    ['Mozilla/5.0 (X11; Linux x86_64) Firefox/140', 'browser'],
    ['twine/5.1 CPython/3.12', 'twine'],
    ['', 'unknown'],
    ['\u0000\u0007', 'unknown'],
    ['(no product)', 'unknown'],
  ])('%j is the family %s', (userAgent, family) => {
    expect(clientFamily(userAgent)).toBe(family);
  });

  it('is kept as one bounded line without credentials (W6)', () => {
    const token = newTokenText();
    const kept = keptUserAgent(`curl/8\r\nx: ${token} ${'y'.repeat(1000)}`);
    expect(kept).not.toContain(token);
    expect(kept).toMatch(/^curl\/8 x: wb-\*{3} y+$/);
    expect(kept.length).toBeLessThanOrEqual(200);
  });
});
