import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
const other = randomUUID() as OrganizationId;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
  await publish.organization('globex', other);
  repository = await publish.repository('public');
});

afterAll(async () => {
  await publish.stop();
});

const nothing = { people: [] };

function placeOf(name: string, org = 'acme') {
  return `/api/v1/source-repositories/github/acme/${name}?org=${org}&host=github.com`;
}

function report(name: string, body: object, { as = publish.owner, org = 'acme' } = {}) {
  return publish.http('PUT', placeOf(name, org), { as, body: { ...nothing, ...body } });
}

async function named(name = `s-${randomUUID().slice(0, 8)}`, place = repository) {
  return { name, purl: (await publish.published({ repository: place, name })).packagePurl };
}

describe('what is reported of a source repository', () => {
  it('is the business of who manages access in its organization, and of nobody else (A6)', async () => {
    const { name } = await named();
    await report(name, { visibility: 'private' });
    for (const as of [person(), memberOf(other, 'owner')]) {
      for (const target of [placeOf(name), placeOf(name, 'no-such-organization')]) {
        for (const method of ['GET', 'PUT', 'DELETE']) {
          const body = method === 'PUT' ? { visibility: 'public', ...nothing } : undefined;
          expect((await publish.http(method, target, { as, ...(body === undefined ? {} : { body }) })).status).toBe(
            404,
          );
        }
      }
    }
    expect((await publish.http('GET', placeOf(name), { as: publish.member })).status).toBe(403);
    expect((await publish.http('GET', placeOf('never-reported'), { as: publish.owner })).status).toBe(404);
  });

  it('is replaced whole, at the version that was read, with one audit entry for each report (W9, RFC 9110, 13.1.1)', async () => {
    const { name } = await named();
    const first = await report(name, { visibility: 'private', people: [{ role: 'maintain', username: 'ada' }] });
    expect(first.etag).toBe('"1"');
    const put = (match: string) =>
      publish.http('PUT', placeOf(name), {
        as: publish.owner,
        body: { visibility: 'public', people: [] },
        headers: { 'if-match': match },
      });
    expect(await put('"1"')).toMatchObject({ status: 200, json: { people: [], visibility: 'public' } });
    expect(await put('"1"')).toMatchObject({ status: 412 });
    const listed = await publish.http('GET', '/api/v1/source-repositories?org=acme&limit=100', { as: publish.owner });
    expect(listed.items.filter((item) => item['name'] === name)).toHaveLength(1);
    const rows = await publish.query(
      `SELECT action, organization_id FROM audit_events WHERE details ->> 'place' = $1 ORDER BY at`,
      [`github:github.com/acme:${name}`],
    );
    expect(rows.map(({ action }) => action)).toEqual(['source-repository.report', 'source-repository.report']);
  });

  it.each([
    { visibility: 'unlisted' },
    { visibility: 'public', people: [{ role: 'write' }] },
    { visibility: 'public', people: [{ role: 'read', username: 'ada', identity: { provider: 'oidc', subject: 'x' } }] },
    { visibility: 'public', people: [{ role: 'read', identity: [] }] },
    { visibility: 'public', people: [{ role: 'read', username: 'ada', identity: [] }] },
    { visibility: 'public', people: [[]] },
    { visibility: 'public', people: [[{ role: 'read', username: 'ada' }]] },
    { visibility: 'public', people: [{ role: 'admin', username: 'ada' }] },
    { visibility: 'public', people: [{ role: 'read', username: 'a b' }] },
    { visibility: 'public', people: [{ role: 'read', identity: { provider: 'saml', subject: 'x' } }] },
    { visibility: 'public', people: Array(301).fill({ role: 'read', username: 'ada' }) },
  ])('is refused where it makes no sense: case %#', async (body) => {
    expect((await report('nonsense', body)).status).toBe(400);
  });

  it.each([{}, { username: 'ada', identity: { provider: 'oidc', subject: 'x' } }])(
    'says who has no name here, or two: case %#',
    async (who) => {
      const people = [
        { role: 'read', username: 'bob' },
        { role: 'write', ...who },
      ];
      expect(await report('unclear', { visibility: 'public', people })).toMatchObject({
        status: 400,
        json: {
          code: 'source.person-unclear',
          errors: [{ field: 'body.people.1', code: 'source.person-unclear' }],
        },
      });
    },
  );

  it('is of one place: where the owner ends and the name begins is no matter of slashes (T8)', async () => {
    const at = (owner: string, name: string) =>
      `/api/v1/source-repositories/gitlab/${encodeURIComponent(owner)}/${encodeURIComponent(name)}?org=acme&host=gitlab.com`;
    const body = { visibility: 'private', people: [] };
    expect((await publish.http('PUT', at('a/b', 'c'), { as: publish.owner, body })).status).toBe(200);
    expect((await publish.http('GET', at('a', 'b/c'), { as: publish.owner })).status).toBe(404);
    expect((await publish.http('GET', at('A/B', 'C'), { as: publish.owner })).json).toMatchObject(body);
  });

  it.each(['/svn/acme/x', '/github/..%2F..%2Fetc/x', '/github/acme/x%3Fy'])('names no place: %s', async (path) => {
    const target = `/api/v1/source-repositories${path}?org=acme&host=github.com`;
    expect((await publish.http('GET', target, { as: publish.owner })).status).toBe(400);
  });
});
