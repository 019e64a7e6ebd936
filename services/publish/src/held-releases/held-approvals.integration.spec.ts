import type { ReleaseFacts } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person, tokenFor } from '../../test/principals.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

async function heldFor(): Promise<{ release: ReleaseFacts; token: TokenPrincipal }> {
  const repository = await publish.repository();
  const release = await publish.held({ repository });
  const token = tokenFor(publish.organizationId, 'owner', repository.repositoryId) as TokenPrincipal;
  return { release, token };
}

function decide(verb: 'approve' | 'reject', { releaseId }: ReleaseFacts, as: Principal, code?: string) {
  const body = { reason: 'looked at', ...(code === undefined ? {} : { code }) };
  return publish.http('POST', `/api/v1/held-releases/${releaseId}/${verb}`, { as, body });
}

describe('who approves a held release', () => {
  it('with a token gives a code of their second factor along, which goes once (P8)', async () => {
    const { release, token } = await heldFor();
    ground.factors.enroll(token.userId, '123456');
    const refused = (code: string) => ({ status: 401, json: { code: `login.second-factor-${code}` } });
    expect(await decide('approve', release, token)).toMatchObject(refused('needed'));
    expect(await decide('approve', release, token, '000000')).toMatchObject(refused('failed'));
    expect((await publish.release(release)).state).toBe('held');
    expect(await decide('approve', release, token, '123456')).toMatchObject({
      status: 200,
      json: { state: 'published' },
    });
    const [audited] = await publish.query(
      `SELECT details FROM audit_events WHERE action = 'release.approve' AND subject = $1`,
      [`release:${release.releaseId}`],
    );
    expect(audited).toMatchObject({ details: { provenBy: 'second-factor' } });
  });

  it('without a second factor is asked for nothing more than the token, which the audit tells (P8, W9)', async () => {
    const { release, token } = await heldFor();
    expect((await decide('approve', release, token)).status).toBe(200);
    const [audited] = await publish.query(
      `SELECT details FROM audit_events WHERE action = 'release.approve' AND subject = $1`,
      [`release:${release.releaseId}`],
    );
    expect(audited).toMatchObject({ details: { provenBy: 'token' } });
  });

  it('is a person, and no service account, which may reject (P8)', async () => {
    const { release, token } = await heldFor();
    ground.factors.isService(token.userId);
    expect(await decide('approve', release, token)).toMatchObject({ status: 403, json: { code: 'auth.people-only' } });
    expect((await publish.release(release)).state).toBe('held');
    expect(await decide('reject', release, token)).toMatchObject({ status: 200, json: { state: 'rejected' } });
  });

  it('was seen at the browser a moment ago; to reject one need not be (W7)', async () => {
    const { release } = await heldFor();
    const grants = [{ kind: 'organization', organizationId: publish.organizationId, role: 'owner' } as const];
    const stale = person(grants, { proven: false });
    const refused = { status: 403, json: { code: 'auth.step-up-required' } };
    expect(await decide('approve', release, stale)).toMatchObject(refused);
    expect(await decide('reject', release, stale)).toMatchObject({ status: 200 });
  });

  it('loses no code where there is nothing to approve, or nothing that they may (A6, P8)', async () => {
    const { release, token } = await heldFor();
    ground.factors.enroll(token.userId, '123456');
    const own = await publish.held({ repository: release.repository, version: '2.0.0', by: token });
    const asked = ground.factors.asked;
    expect((await decide('approve', own, token, '123456')).json).toMatchObject({ code: 'release.own' });
    await decide('reject', own, token);
    expect((await decide('approve', own, token, '123456')).json).toMatchObject({ code: 'release.not-held' });
    expect(ground.factors.asked).toBe(asked);
    expect((await decide('approve', release, token, '123456')).status).toBe(200);
  });
});
