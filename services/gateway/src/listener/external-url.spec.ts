import { describe, expect, it } from 'vitest';
import { externalUrlOf } from './external-url.js';

describe('the external URL', () => {
  it.each([
    ['https://packages.example/', '0.0.0.0', 'https://packages.example'],
    ['https://packages.example/waybill//', '0.0.0.0', 'https://packages.example/waybill'],
    [undefined, '127.0.0.1', 'http://127.0.0.1:8080'],
    [undefined, '::1', 'http://[::1]:8080'],
    [undefined, '0.0.0.0', 'http://localhost:8080'],
    [undefined, '::', 'http://localhost:8080'],
  ])('of %s on %s is %s', (configured, host, expected) => {
    expect(externalUrlOf(configured, host, 8080)).toBe(expected);
  });
});
