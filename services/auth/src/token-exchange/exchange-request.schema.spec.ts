import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { parseExchange } from './exchange-request.schema.js';

const whole = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: 'a.b.c',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
};
const parse = (more: Readonly<Record<string, unknown>> = {}) =>
  parseExchange({ ...whole, ...more }, 'https://waybill.example');

function codeOf(more: Readonly<Record<string, unknown>>): unknown {
  try {
    return parse(more);
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  }
}

describe('a request for an exchange (RFC 8693 §2.1)', () => {
  it('names a package and its repository, or nothing', () => {
    expect(parse()).toMatchObject({
      idToken: 'a.b.c',
      ecosystem: undefined,
      packagePurl: undefined,
      actions: undefined,
    });
    const named = { ecosystem: 'npm', packagePurl: 'pkg:npm/%40acme/pad', repository: 'main' };
    expect(parse({ package: 'pkg:npm/%40acme/pad', repository: 'main' })).toMatchObject(named);
    expect(parse({ resource: 'pkg:npm/%40acme/pad', repository: 'main' })).toMatchObject(named);
    expect(parse({ subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }).idToken).toBe('a.b.c');
  });

  it('names a repository by its address, with its ecosystem', () => {
    const address = { ecosystem: 'gem', repository: 'main', packagePurl: undefined };
    expect(parse({ resource: 'https://waybill.example/rubygems/main/' })).toMatchObject(address);
    expect(parse({ resource: 'https://waybill.example/v2/main/image' })).toMatchObject({ ecosystem: 'oci' });
    expect(parse({ resource: 'https://waybill.example/npm/main', package: 'pkg:npm/pad' })).toMatchObject({
      ecosystem: 'npm',
      packagePurl: 'pkg:npm/pad',
      repository: 'main',
    });
  });

  it('asks for permissions, in any order and number of spaces', () => {
    expect(parse({ scope: 'yank  publish' }).actions).toEqual(['yank', 'publish']);
    expect(codeOf({ scope: 'admin' })).toBe('oidc.scope-unknown');
  });

  it.each([
    [{ grant_type: 'password' }, 'oidc.unsupported-grant-type'],
    [{ grant_type: undefined }, 'oidc.request-malformed'],
    [{ subject_token: undefined }, 'oidc.request-malformed'],
    [{ subject_token: ['a', 'b'] }, 'oidc.request-malformed'],
    [{ subject_token: 'x'.repeat(16_385) }, 'oidc.request-malformed'],
    [{ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'oidc.request-malformed'],
    [{ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'oidc.request-malformed'],
    [{ actor_token: 'another' }, 'oidc.request-malformed'],
    [{ package: 'left-pad' }, 'oidc.request-malformed'],
    [{ package: 'pkg:npm/left-pad@1.0.0' }, 'oidc.request-malformed'],
    [{ package: 'pkg:npm/a', resource: 'pkg:npm/b' }, 'oidc.request-malformed'],
    [{ repository: 'a', resource: 'https://waybill.example/npm/b/' }, 'oidc.request-malformed'],
    [{ package: 'pkg:cargo/a', resource: 'https://waybill.example/npm/b/' }, 'oidc.target-unknown'],
    [{ resource: 'https://elsewhere.example/npm/main/' }, 'oidc.target-unknown'],
    [{ resource: 'https://waybill.example.evil/npm/main/' }, 'oidc.target-unknown'],
    [{ resource: 'https://waybill.example/api/v1/' }, 'oidc.target-unknown'],
    [{ repository: '../x' }, 'oidc.target-unknown'],
  ])('is refused as %j: %s', (more, code) => {
    expect(codeOf(more)).toBe(code);
  });
});
