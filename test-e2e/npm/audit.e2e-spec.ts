import { mustSucceed, outputOf } from '@waybill/client-drivers';
import type { NpmToolId } from '@waybill/client-drivers';
import { describe, expect, it } from 'vitest';
import { unique } from '../registry.js';
import { openClient, publishVersions } from './open-client.js';

// Yarn classic asks an address of its own, whatever it is configured with.
const auditing: readonly (readonly [NpmToolId, readonly string[]])[] = [
  ['npm-6', ['audit']],
  ['npm-11', ['audit']],
  ['npm-12', ['audit']],
  ['pnpm-10', ['audit']],
  ['pnpm-12', ['audit']],
  ['yarn-berry', ['npm', 'audit']],
  ['bun-1', ['audit']],
];

describe.each(auditing)('%s', (id, command) => {
  it('audits what it installed: nothing is known against it', async () => {
    await using client = await openClient(id);
    const name = unique('audited');
    await publishVersions(client, name, '1.0.0');
    const app = await client.box.writeProject(unique('app'), {
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: '1.0.0' },
    });
    mustSucceed(await client.install(app));
    expect(outputOf(mustSucceed(await client.run(command, app)))).toMatch(/found 0|no .*vulnerab|no audit/i);
  });
});
