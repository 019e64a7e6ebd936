import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAudit, somebody, startAudit } from './running-audit.js';

let audit: RunningAudit;

beforeAll(async () => {
  audit = await startAudit();
});

afterAll(async () => {
  await audit.stop();
});

async function refusedIn(chain: string): Promise<unknown[]> {
  return audit.query(
    `SELECT source, action, subject, outcome, actor FROM chain_entries WHERE chain = $1 ORDER BY position`,
    [chain],
  );
}

function actorOf(principal: ReturnType<typeof somebody>): string {
  return principal.kind === 'user' ? `user:${principal.userId}` : principal.kind;
}

describe('a refusal (W9)', () => {
  it('is exactly one event in the chain of whom it concerns, however often it is asked for', async () => {
    const { name, organizationId } = await audit.organization();
    const member = somebody({ organizationId, role: 'member' });
    for (let count = 0; count < 10; count += 1) {
      expect((await audit.http(`/api/v1/audit/events?org=${name}`, member)).status).toBe(403);
    }
    const refusal = {
      source: 'audit',
      action: 'access.audit',
      subject: `organization:${organizationId}`,
      outcome: 'refused',
      actor: actorOf(member),
    };
    await eventually(async () => expect(await refusedIn(organizationId)).toEqual([refusal]));
    const { json } = await audit.http(
      `/api/v1/audit/events?org=${name}&outcome=refused`,
      somebody('installation-admin'),
    );
    expect(json['items']).toEqual([
      expect.objectContaining({
        clientAddress: '10.0.0.1',
        details: { route: 'GET /api/v1/audit/events', code: 'auth.forbidden' },
      }),
    ]);
  });

  it('of what is not there names the route alone, in the chain of the installation (W6)', async () => {
    const outsider = somebody('nobody');
    expect((await audit.http('/api/v1/audit/export?org=canary-of-a-secret', outsider)).status).toBe(404);
    const subject = 'route:GET /api/v1/audit/export';
    await eventually(async () =>
      expect(await refusedIn('installation')).toContainEqual(
        expect.objectContaining({ actor: actorOf(outsider), subject }),
      ),
    );
    expect(JSON.stringify(await audit.query('SELECT * FROM chain_entries'))).not.toContain('canary-of-a-secret');
  });

  it('of somebody who is not signed in is none', async () => {
    const { name, organizationId } = await audit.organization();
    expect((await audit.http(`/api/v1/audit/events?org=${name}`)).status).toBe(401);
    await audit.record({ organizationId, subject: 'later' });
    await audit.settled();
    expect(await refusedIn(organizationId)).toEqual([expect.objectContaining({ subject: 'later' })]);
  });
});
