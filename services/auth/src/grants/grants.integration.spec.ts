import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrantsGround, grantsPath, leftPad } from '../../test/grants-ground.js';

let ground: GrantsGround;

beforeAll(async () => {
  ground = await GrantsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('grants', () => {
  it('of an organization, a repository, a package and a name pattern give what they name, to teams and persons, and nothing else', async () => {
    const ada = await ground.member('ada');
    const { organizationId } = ground;
    const out = await ground.auth.person('outsider');
    await ground.teamOf('devs', 'ada');
    const other = ground.publish.create('other', organizationId);
    const made = await ground.give(ground.auth.admin, { team: 'devs' }, { repository: 'main' });
    expect([made.status, made.headers['etag'], made.json]).toMatchObject([
      201,
      '"1"',
      {
        subject: { team: 'devs' },
        on: { repository: 'main' },
        role: 'publisher',
        actions: ['read', 'publish', 'metadata'],
      },
    ]);
    expect(await ground.may(ada.session, 'publish', ground.packageIn(ground.main.repositoryId))).toBe(true);
    expect(await ground.may(ada.session, 'yank', ground.packageIn(ground.main.repositoryId))).toBe(false);
    expect(await ground.may(ada.session, 'publish', ground.packageIn(other.repositoryId))).toBe(false);
    expect(
      (
        await ground.give(
          ground.auth.admin,
          { user: 'outsider' },
          { repository: 'other', package: leftPad },
          { role: 'reader' },
        )
      ).status,
    ).toBe(201);
    expect(await ground.may(out.session, 'read', ground.packageIn(other.repositoryId))).toBe(true);
    expect(await ground.may(out.session, 'read', ground.packageIn(ground.main.repositoryId))).toBe(false);
    expect(
      (
        await ground.give(
          ground.auth.admin,
          { user: 'outsider' },
          { pattern: 'npm/@acme/ui-*' },
          { actions: ['yank', 'read'] },
        )
      ).json,
    ).toMatchObject({
      role: null,
      actions: ['read', 'yank'],
      on: { pattern: 'npm/@acme/ui-*' },
    });
    expect(
      await ground.may(
        out.session,
        'yank',
        ground.packageIn(ground.main.repositoryId, 'pkg:npm/%40acme/ui-kit' as PackagePurl),
      ),
    ).toBe(true);
    expect(
      await ground.may(
        out.session,
        'yank',
        ground.packageIn(ground.main.repositoryId, 'pkg:npm/%40acme/uikit' as PackagePurl),
      ),
    ).toBe(false);
    expect(
      (await ground.give(ground.auth.admin, { user: 'outsider' }, { organization: 'acme' }, { actions: ['audit'] }))
        .status,
    ).toBe(201);
    expect(await ground.may(out.session, 'audit', { kind: 'organization', organizationId })).toBe(true);
    const listed = await ground.auth.http('GET', `${grantsPath}?subject=user:outsider`, { as: ground.auth.admin });
    expect(listed.json['items']).toHaveLength(3);
    const ofKind = await ground.auth.http('GET', `${grantsPath}?subject=user:outsider&kind=pattern`, {
      as: ground.auth.admin,
    });
    expect(ofKind.json['items']).toHaveLength(1);
    const inMain = await ground.auth.http('GET', `${grantsPath}?repository=main&subject=team:devs`, {
      as: ground.auth.admin,
    });
    expect(inMain.json['items']).toMatchObject([{ subject: { team: 'devs' } }]);
    expect(
      (await ground.auth.http('GET', `${grantsPath}?subject=team:none`, { as: ground.auth.admin })).json['items'],
    ).toEqual([]);
  });

  it('are one for each subject and resource: the same again is success, another is replaced or a conflict; taken, they are gone at once (A11, W9)', async () => {
    const ben = await ground.member('ben');
    const on = { repository: 'main' };
    const first = await ground.give(ground.auth.admin, { user: 'ben' }, on);
    const id = String(first.json['id']);
    expect((await ground.give(ground.auth.admin, { user: 'ben' }, on)).json['id']).toBe(id);
    const clash = await ground.give(ground.auth.admin, { user: 'ben' }, on, { role: 'reader' });
    expect([clash.status, clash.json]).toMatchObject([409, { code: 'grant.exists', details: { grant: id } }]);
    expect((await ground.put(ground.auth.admin, { user: 'ben' }, on, { role: 'maintainer' })).json).toMatchObject({
      id,
      role: 'maintainer',
    });
    const change = (body: object, headers = {}) =>
      ground.auth.http('PUT', `${grantsPath}/${id}`, { as: ground.auth.admin, body, headers });
    expect((await change({ role: 'reader' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await change({ role: 'reader' }, { 'if-match': '"2"' })).headers['etag']).toBe('"3"');
    expect(await ground.may(ben.session, 'read', ground.packageIn(ground.main.repositoryId))).toBe(true);
    expect((await ground.auth.http('DELETE', `${grantsPath}/${id}`, { as: ground.auth.admin })).status).toBe(204);
    expect(await ground.auth.principal(ben.session)).not.toMatchObject({ grants: [{}, {}] });
    expect((await ground.auth.http('DELETE', `${grantsPath}/${id}`, { as: ground.auth.admin })).status).toBe(404);
    expect(await ground.auth.audit(`grant:${id}`)).toEqual([
      'grant.give',
      'grant.change',
      'grant.change',
      'grant.take',
    ]);
  });

  it('name what is wrong with a request, field by field', async () => {
    const codes = async (subject: object, on: object, what: object) => {
      const { status, json } = await ground.give(ground.auth.admin, subject, on, what);
      return [status, json['code'], (json['errors'] as { field: string }[] | undefined)?.[0]?.field];
    };
    const reader = { role: 'reader' };
    expect(await codes({ user: 'ben', team: 'devs' }, { repository: 'main' }, reader)).toEqual([
      400,
      'request.invalid',
      'body.subject',
    ]);
    expect(await codes({ user: 'ben' }, { repository: 'main', package: 'left-pad' }, reader)).toEqual([
      400,
      'request.invalid',
      'body.on',
    ]);
    expect(await codes({ user: 'ben' }, { pattern: '*' }, reader)).toEqual([400, 'grant.pattern', 'body.on.pattern']);
    expect(await codes({ user: 'ben' }, { repository: 'main' }, {})).toEqual([400, 'grant.actions', 'body.actions']);
    expect(await codes({ user: 'ben' }, { repository: 'main' }, { ...reader, actions: ['read'] })).toEqual([
      400,
      'grant.actions',
      'body.actions',
    ]);
    expect(await codes({ user: 'nobody-at-all' }, { repository: 'main' }, reader)).toEqual([
      404,
      'user.not-found',
      undefined,
    ]);
  });

  it('reach only what the organization owns: another one’s repository is as missing (A3, A6)', async () => {
    const others = randomUUID() as OrganizationId;
    const foreign = ground.publish.create('foreign', others, 'private');
    const seen = ground.publish.create('foreign-and-public', others, 'public');
    const nell = await ground.member('nell', 'admin');
    const hidden = await ground.give(nell.session, { user: 'outsider' }, { repository: foreign.slug });
    const missing = await ground.give(nell.session, { user: 'outsider' }, { repository: 'no-such-thing' });
    expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    const known = await ground.give(nell.session, { user: 'outsider' }, { repository: seen.slug });
    expect([known.status, known.json['title']]).toEqual([
      404,
      'Repository foreign-and-public does not belong to acme.',
    ]);
    const id = String(
      (await ground.put(ground.auth.admin, { user: 'outsider' }, { repository: 'main' }, { role: 'reader' })).json[
        'id'
      ],
    );
    await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'rival' } });
    for (const method of ['GET', 'DELETE']) {
      expect(
        (await ground.auth.http(method, `/api/v1/orgs/rival/grants/${id}`, { as: ground.auth.admin })).status,
      ).toBe(404);
    }
    const plain = await ground.member('plain');
    expect((await ground.auth.http('GET', grantsPath, { as: plain.session })).status).toBe(403);
    const out = await ground.auth.person('stranger');
    const unseen = await ground.auth.http('GET', grantsPath, { as: out.session });
    const nowhere = await ground.auth.http('GET', '/api/v1/orgs/nowhere/grants', { as: out.session });
    expect([unseen.status, unseen.withoutRequestId]).toEqual([404, nowhere.withoutRequestId]);
  });
});
