import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { Registry } from '../registry.js';
import { openClient } from './open-client.js';

const registry = new Registry();

describe.each(['npm-6', 'npm-11', 'npm-12', 'pnpm-10', 'pnpm-12'] as const)('%s', (id) => {
  it('shows and changes the profile', async () => {
    const somebody = await registry.createStranger();
    await using client = await openClient(id, { token: somebody.token });
    expect(outputOf(mustSucceed(await client.run(['profile', 'get'])))).toContain(somebody.username);
    mustSucceed(await client.run(['profile', 'set', 'fullname', 'Some Body']));
    expect(outputOf(mustSucceed(await client.run(['profile', 'get', 'fullname'])))).toContain('Some Body');
  });
});
