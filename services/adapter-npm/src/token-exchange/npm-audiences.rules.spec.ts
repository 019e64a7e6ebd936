import { describe, expect, it } from 'vitest';
import { npmAudiences } from './npm-audiences.rules.js';

describe('the audiences of npm', () => {
  it.each([
    ['https://packages.example', ['npm:packages.example']],
    ['https://packages.example:443/at/a/path', ['npm:packages.example']],
    ['http://localhost:4873', ['npm:localhost', 'npm:localhost:4873']],
    ['http://[::1]:4873', ['npm:[::1]', 'npm:[::1]:4873']],
  ])('of %s are %j', (url, audiences) => {
    expect(npmAudiences(url)).toEqual(audiences);
  });
});
