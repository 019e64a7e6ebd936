import { mustSucceed } from '@waybill/client-drivers';
import { describe, expect, it, vi } from 'vitest';
import { CommandLine } from '../command-line.js';
import { createPerson } from '../people.js';
import { Registry } from '../registry.js';

const registry = new Registry();

describe('a token', () => {
  it('that is reported as leaked is dead at once, with those that were made from it', async () => {
    const person = await createPerson(registry);
    await using job = await CommandLine.open(registry.url, person.token);
    const narrow = await job.json<{ token: string; id: string }>(
      ...['tokens', 'attenuate', 'one job', '--action', 'read', '--minutes', '5'],
    );
    await using step = await CommandLine.open(registry.url, narrow.token);
    expect(await step.json('whoami')).toMatchObject({ username: person.username });
    expect((await step.run('tokens', 'create', 'wider', '--action', 'publish')).exitCode).not.toBe(0);

    const response = await registry.get('/api/v1/session', { authorization: `Bearer ${narrow.token}` });
    expect(response.status).toBe(200);
    const report = await fetch(`${registry.url}/api/v1/leaked-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: person.token, url: 'https://paste.example/1' }),
    });
    expect(report.ok).toBe(true);
    await vi.waitFor(
      async () => {
        for (const token of [person.token, narrow.token]) {
          const answer = await registry.get('/api/v1/session', { authorization: `Bearer ${token}` });
          expect(answer.status).toBe(401);
        }
      },
      { timeout: 1000 },
    );
    expect((await job.run('orgs', 'list')).exitCode).toBe(3);

    await using admin = await CommandLine.open(registry.url, registry.token);
    const told = await admin.rows<{ action: string; target: string }>('audit', 'list', '--action', 'token.revoke');
    expect(told.length).toBeGreaterThan(0);
    mustSucceed(await admin.run('users', 'view', person.username));
  });
});
