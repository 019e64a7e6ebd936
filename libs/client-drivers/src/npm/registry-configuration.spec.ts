import { describe, expect, it } from 'vitest';
import { npmrcText } from './npmrc.js';
import { yarnrcText } from './yarnrc.js';

describe('.npmrc', () => {
  it('ends the address with a slash and keys the token by it without the scheme', () => {
    expect(npmrcText({ registryUrl: 'https://r.example/npm/main', token: 'wb-1' })).toBe(
      'registry=https://r.example/npm/main/\n//r.example/npm/main/:_authToken=wb-1\n',
    );
  });

  it('names only the scope when there is one', () => {
    expect(npmrcText({ registryUrl: 'http://r:1/npm/main/', scope: '@acme', alwaysAuth: true })).toBe(
      '@acme:registry=http://r:1/npm/main/\nalways-auth=true\n',
    );
  });
});

describe('.yarnrc.yml', () => {
  it('lists the host of a plain http address', () => {
    expect(yarnrcText({ registryUrl: 'http://127.0.0.1:8080/npm/main/', token: 'wb-1' })).toBe(
      'npmRegistryServer: http://127.0.0.1:8080/npm/main/\nnpmAuthToken: wb-1\nunsafeHttpWhitelist:\n  - 127.0.0.1\n',
    );
  });

  it('puts a scope, without its @, in its own place', () => {
    expect(yarnrcText({ registryUrl: 'https://r.example/npm/main/', scope: '@acme', alwaysAuth: true })).toBe(
      'npmScopes:\n  acme:\n    npmRegistryServer: https://r.example/npm/main/\n    npmAlwaysAuth: true\n',
    );
  });
});
