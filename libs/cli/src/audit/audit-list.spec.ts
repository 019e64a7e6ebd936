import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const cli = new CliRun();
const [alice, web, main, token, grant] = ['a', 'b', 'c', 'd', 'e'].map(
  (digit) => `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`,
);
const lists: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/orgs/acme/members': [{ id: alice, username: 'alice' }],
  '/api/v1/orgs/acme/teams': [{ id: web, name: 'web' }],
  '/api/v1/repositories': [{ repositoryId: main, slug: 'main' }],
  '/api/v1/orgs/acme/token-report': [{ id: token, prefix: 'wb-abc' }],
};
const entry = {
  position: 7,
  at: '2026-01-01T00:00:00.000Z',
  actor: `token:${token ?? ''}`,
  actorUserId: alice,
  action: 'grant.give',
  target: `grant:${grant ?? ''}`,
  outcome: 'success',
  clientAddress: '10.0.0.1',
  details: { teamId: web, on: `repository:${main ?? ''}`, before: null, after: ['read', 'publish'] },
};

beforeEach(async () => {
  cli.seen.length = 0;
  cli.answer = ({ target = '' }) => {
    const place = target.split('?')[0] ?? '';
    if (place === '/api/v1/audit/events') return { json: { items: [entry] } };
    const items = lists[place];
    return items === undefined ? { status: 404, json: { title: 'No.', status: 404 } } : { json: { items } };
  };
  await cli.start();
});

afterEach(() => cli.stop());

function asked(): string {
  return cli.seen.map(({ target = '' }) => target).find((target) => target.includes('/audit/events')) ?? '';
}

describe('the audit log for people', () => {
  it('has names where the caller may know them, and what a grant gives', async () => {
    const { out } = await cli.run(['audit', 'list', 'acme']);
    expect(out).toContain('alice (token wb-abc)');
    expect(out).toContain('grant eeeeeeee…');
    expect(out).toContain('team web, on repository main; now read, publish');
  });

  it('has ids as they are for scripts, and asks for nothing else', async () => {
    expect(JSON.parse((await cli.run(['audit', 'list', 'acme', '--json'])).out)).toEqual(entry);
    expect(cli.seen).toHaveLength(1);
  });

  it('is asked for by a username, or by what the API takes', async () => {
    await cli.run(['audit', 'list', 'acme', '--actor', 'alice', '--json']);
    expect(asked()).toContain(`actor=user%3A${alice ?? ''}`);
    cli.seen.length = 0;
    await cli.run(['audit', 'list', 'acme', '--actor', 'policy', '--json']);
    expect(asked()).toContain('actor=policy');
  });

  it('says that it knows nobody of a name, instead of showing nothing', async () => {
    const ran = await cli.run(['audit', 'list', 'acme', '--actor', 'alcie']);
    expect(ran.exitCode).toBe(exitCodes.notFound);
    expect(ran.err).toContain('There is nobody called alcie in acme, or you may not see them.');
    expect(asked()).toBe('');
  });
});
