import { bootstrapInstallation } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth({ bootstrap: false });
});

afterAll(async () => {
  await auth.stop();
});

describe('the beginning of an installation', () => {
  it('refuses a weak password, and names that cannot be', async () => {
    const first = { username: 'admin', password: 'x'.repeat(200), organization: 'acme' };
    await expect(auth.ask(bootstrapInstallation, first)).rejects.toMatchObject({ code: 'password.length' });
    const named = { ...first, password: 'correct horse battery' };
    await expect(auth.ask(bootstrapInstallation, { ...named, username: 'Ad Min' })).rejects.toMatchObject({
      kind: 'invalid',
    });
    await expect(auth.ask(bootstrapInstallation, { ...named, organization: 'api' })).rejects.toMatchObject({
      kind: 'invalid',
    });
  });

  it('gives one administrator and one token, however many begin at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        auth.ask(bootstrapInstallation, {
          username: `admin-${index}`,
          password: 'correct horse battery',
          organization: `acme-${index}`,
        }),
      ),
    );
    const created = answers.flatMap((answer) => (answer.created ? [answer] : []));
    expect(created).toHaveLength(1);
    const counts = await auth.query(
      `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM organizations) AS organizations,
              (SELECT count(*)::int FROM tokens) AS tokens, (SELECT count(*)::int FROM audit_events) AS audited`,
    );
    expect(counts).toEqual([{ users: 1, organizations: 1, tokens: 1, audited: 1 }]);
    const { principal } = await auth.introspect(created[0]!);
    expect(principal).toMatchObject({
      installationAdmin: true,
      grants: [{ kind: 'organization', organizationId: created[0]!.organizationId, role: 'owner' }],
    });
    const again = { username: 'second', password: 'correct horse battery', organization: 'second' };
    expect(await auth.ask(bootstrapInstallation, again)).toEqual({ created: false, organizationId: null });
  });
});
