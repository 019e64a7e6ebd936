import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { defaultReleasePolicy } from './release-policy.rules.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const targetOf = ({ slug }: { readonly slug: string }) => `/api/v1/repositories/${slug}/release-policy`;

describe('the release policy of a repository', () => {
  it('is that of every repository until it is set, and is set in whole', async () => {
    const target = targetOf(await publish.repository());
    const first = await publish.http('GET', target, { as: publish.owner });
    expect(first).toMatchObject({ status: 200, etag: '"0"', json: defaultReleasePolicy });
    const patterns = [
      { ecosystem: 'npm', kind: 'scope', pattern: '@ACME', refs: ['refs/tags/v*'], downgrade: 'refuse' },
    ];
    const body = { discontinuity: 'refuse', events: ['release'], patterns };
    const set = await publish.http('PUT', target, { as: publish.owner, body });
    const whole = { ...defaultReleasePolicy, ...body, patterns: [{ ...patterns[0], pattern: '@acme' }] };
    expect(set).toMatchObject({ status: 200, etag: '"1"', json: whole });
    expect((await publish.http('GET', target, { as: publish.owner })).json).toEqual(set.json);
    const again = await publish.http('PUT', target, { as: publish.owner, body: {} });
    expect(again).toMatchObject({ etag: '"2"', json: defaultReleasePolicy });
  });

  it('is audited with what it was and what it is, once, and not where nothing changes (W9)', async () => {
    const repository = await publish.repository();
    const body = { downgrade: 'refuse' };
    const answers = [];
    for (let time = 0; time < 2; time += 1)
      answers.push(await publish.http('PUT', targetOf(repository), { as: publish.owner, body }));
    expect(answers.map(({ etag }) => etag)).toEqual(['"1"', '"1"']);
    const rows = await publish.query(
      `SELECT organization_id, details FROM audit_events WHERE action = 'release-policy.change' AND subject = $1`,
      [`repository:${repository.repositoryId}`],
    );
    expect(rows).toMatchObject([
      {
        organization_id: publish.organizationId,
        details: { before: { downgrade: 'hold' }, after: { downgrade: 'refuse' } },
      },
    ]);
  });

  it('is of admins alone, who have proven who they are (A2, A6, W7)', async () => {
    const repository = await publish.repository('private');
    const of = (as: Parameters<typeof memberOf>[1]) => memberOf(publish.organizationId, as);
    const proven = { kind: 'organization', organizationId: publish.organizationId, role: 'owner' } as const;
    for (const method of ['GET', 'PUT']) {
      const sent = method === 'PUT' ? { body: {} } : {};
      expect((await publish.http(method, targetOf(repository), { as: of('member'), ...sent })).status).toBe(403);
      const hidden = await publish.http(method, targetOf(repository), { as: person(), ...sent });
      const missing = await publish.http(method, targetOf({ slug: 'no-such-one' }), { as: person(), ...sent });
      expect(hidden.status).toBe(404);
      expect(hidden.withoutRequestId).toBe(missing.withoutRequestId);
    }
    const unproven = person([proven], { proven: false });
    expect(await publish.http('PUT', targetOf(repository), { as: unproven, body: {} })).toMatchObject({
      status: 403,
      json: { code: 'auth.step-up-required' },
    });
  });

  it('is set by one of 20 who all have read the same', async () => {
    const target = targetOf(await publish.repository());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        publish.http('PUT', target, {
          as: publish.owner,
          body: { events: [`e${index}`] },
          headers: { 'if-match': '"0"' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
  });

  it.each([
    [{ downgrade: 'ignore' }, 'body.downgrade'],
    [{ refs: ['refs/tags/v[0-9]'] }, 'body.refs'],
    [{ refs: 'refs/tags/v*' }, 'body.refs'],
    [{ environments: [''] }, 'body.environments'],
    [{ environments: ['a\0b'] }, 'body.environments'],
    [{ environments: Array.from({ length: 51 }, () => 'e') }, 'body.environments'],
    [{ hostedRunner: 'yes' }, 'body.hostedRunner'],
    [{ trustedPublishingOnly: null }, 'body.trustedPublishingOnly'],
    [{ patterns: [[]] }, 'body.patterns'],
    [{ patterns: [{ ecosystem: 'npm', kind: 'scope', pattern: 'acme' }] }, 'body.pattern'],
    [
      { patterns: Array.from({ length: 101 }, (_, n) => ({ ecosystem: 'npm', kind: 'scope', pattern: `@a${n}` })) },
      'body.patterns',
    ],
    [{ approvals: 0 }, 'body.approvals'],
  ])('is not %j', async (body, field) => {
    const answer = await publish.http('PUT', targetOf(await publish.repository()), { as: publish.owner, body });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json['errors'])).toContain(field);
  });
});
