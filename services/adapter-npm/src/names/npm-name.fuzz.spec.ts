import { DomainError, parsePackagePurl } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalTarget } from './canonical-target.js';
import { isNpmName, parseNpmName, purlOf } from './npm-name.js';

const part = fc.stringMatching(/^[a-z0-9~-][a-z0-9._~-]{0,20}$/).filter((text) => text !== '-');
const routes = [
  (name: string) => `/npm/main/${name}`,
  (name: string) => `/npm/main/${name}?write=true`,
  (name: string) => `/npm/main/${name}/-/x-1.0.0.tgz`,
  (name: string) => `/npm/main/${name}/-rev/1-a`,
  (name: string) => `/npm/main/-/package/${name}/dist-tags/latest`,
  (name: string) => `/npm/main/-/package/${name}/visibility`,
  (name: string) => `/npm/main/-/npm/v1/attestations/${name}@1.0.0`,
  (name: string) => `/npm/main/downloads/point/last-week/${name}`,
  (name: string) => `/npm/main/versions/${name}/last-week`,
];

describe('names (I5)', () => {
  it('are one in every spelling, on every route', () => {
    fc.assert(
      fc.property(part, part, fc.constantFrom(...routes), (scope, name, route) => {
        const spellings = ['/', '%2f', '%2F'].flatMap((slash) =>
          ['@', '%40'].map((at) => route(`${at}${scope}${slash}${name}`)),
        );
        expect(new Set(spellings.map(canonicalTarget))).toEqual(new Set([route(`@${scope}%2f${name}`)]));
      }),
      { numRuns: 300 },
    );
  });

  it('of any kind are brought to a form that stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webPath(), fc.string()), (path) => {
        const once = canonicalTarget(`/npm/main/${path}`);
        expect(canonicalTarget(once)).toBe(once);
        expect(decoded(once)).toBe(decoded(`/npm/main/${path}`));
      }),
      { numRuns: 1000 },
    );
  });

  it('that are not accepted are refused clearly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        fc.pre(!isNpmName(text));
        expect(() => parseNpmName(text)).toThrow(DomainError);
      }),
    );
  });

  it('that are accepted are safe in paths and addresses, and come back out of their purl', () => {
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^@?[a-zA-Z0-9._~/%@-]{0,30}$/));
    fc.assert(
      fc.property(any, (text) => {
        if (!isNpmName(text)) return;
        expect(text).toMatch(/^(?:@[a-z0-9._~-]+\/[a-z0-9_~-]|[a-z0-9~-])[a-z0-9._~-]*$/);
        expect(text.split('/').filter((segment) => segment === '..' || segment === '.')).toEqual([]);
        const { namespace, name } = parsePackagePurl(purlOf(text));
        expect(namespace === undefined ? name : `${namespace}/${name}`).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

// The root of a repository may lose its slash, and nothing else may change.
function decoded(target: string): string {
  const plain = target.replaceAll(/%2f/gi, '/').replaceAll('%40', '@');
  return plain.replace(/^(\/npm\/main)\/(?=\?|$)/, '$1');
}
