import { repositoryChanged } from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audience, ExchangeGround, outcome } from '../../test/exchange-ground.js';
import { PublishDouble } from '../../test/publish-double.js';

let ground: ExchangeGround;
let publish: PublishDouble;
let github: RunningCiIssuer;
const path = '/api/v1/orgs/acme/trusted-publishers';
const leftPad = 'pkg:npm/left-pad' as PackagePurl;

beforeAll(async () => {
  ground = await ExchangeGround.start();
  publish = new PublishDouble(ground.auth.bus);
  github = await ground.issuer('github-actions');
  await ground.organization('globex');
});

afterAll(() => ground.stop());

async function repository(slug: string) {
  const made = publish.create(slug, ground.acme);
  await ground.auth.query(`INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3)`, [
    made.repositoryId,
    ground.acme,
    slug,
  ]);
  return made;
}

async function register(on: object): Promise<string> {
  const words = { issuer: github.issuer, owner: 'acme', repository: 'left-pad', workflow: 'release.yml' };
  const made = await ground.auth.http('POST', path, { as: ground.auth.admin, body: { github: words, on } });
  if (made.status !== 201) throw new Error(`not registered: ${made.withoutRequestId}`);
  return String(made.json['id']);
}

const exchange = async (slug: string) =>
  ground.exchange(await github.token({ aud: audience }), { packagePurl: leftPad, repository: slug });
/** The token, or nothing where it was refused. */
const minted = (slug: string) =>
  exchange(slug).then(
    ({ token }) => [token],
    () => [],
  );
const works = async (token: string) => (await ground.auth.principal({ token })).kind === 'token';

describe('tokens that were minted for a trusted publisher (T11)', () => {
  it('end when it is changed, and when it ends', async () => {
    await repository('changing');
    const id = await register({ repository: 'changing', package: leftPad });
    const first = await exchange('changing');
    expect(await works(first.token)).toBe(true);
    const change = (body: object) => ground.auth.http('PATCH', `${path}/${id}`, { as: ground.auth.admin, body });
    expect((await change({ actions: ['stage'] })).status).toBe(200);
    expect(await works(first.token)).toBe(false);
    const second = await exchange('changing');
    expect([second.actions, await works(second.token)]).toEqual([['read', 'stage'], true]);
    expect((await change({ environment: 'nobody-has-that' })).status).toBe(200);
    expect(await works(second.token)).toBe(false);
    expect(await outcome(exchange('changing'))).toBe('oidc.publisher-refuses');
    expect((await change({ environment: null })).status).toBe(200);
    const third = await exchange('changing');
    expect((await ground.auth.http('DELETE', `${path}/${id}`, { as: ground.auth.admin })).status).toBe(204);
    expect(await works(third.token)).toBe(false);
    expect(await outcome(exchange('changing'))).toBe('oidc.no-publisher');
  });

  it.each(['pattern of the repository', 'pattern of the organization', 'package'])(
    'end with a repository that gets another owner, however many are minted while it goes: of a %s',
    async (what) => {
      const slug = what.replaceAll(' ', '-');
      const going = await repository(slug);
      const places = {
        package: { repository: slug, package: leftPad },
        'pattern of the repository': { repository: slug, pattern: 'npm/*' },
      };
      const on = Object.entries(places).find(([name]) => name === what)?.[1] ?? { pattern: 'npm/*' };
      const id = await register(on);
      const before = Array.from({ length: 10 }, () => minted(slug));
      await before[0];
      const globex = await ground.auth.organizationId('globex');
      const facts = { ...going, kind: 'hosted', archived: false, deleted: false };
      const heard = ground.auth.emit(repositoryChanged, {
        aggregate: going.repositoryId,
        version: 2,
        data: { ...facts, organizationId: globex, transferredFrom: ground.acme },
      });
      const meanwhile = Array.from({ length: 10 }, () => minted(slug));
      await heard;
      await eventually(async () => {
        const [row] = await ground.auth.query('SELECT event_version FROM known_repositories WHERE repository_id = $1', [
          going.repositoryId,
        ]);
        expect(row).toEqual({ event_version: 2 });
      });
      const tokens = (await Promise.all([...before, ...meanwhile])).flat();
      expect(tokens.length).toBeGreaterThan(0);
      expect(await Promise.all(tokens.map(works))).toEqual(tokens.map(() => false));
      expect(await outcome(exchange(slug))).toBe('oidc.no-publisher');
      await ground.auth.http('DELETE', `${path}/${id}`, { as: ground.auth.admin });
    },
  );
});
