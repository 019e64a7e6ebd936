import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const cli = new CliRun();

beforeEach(() => cli.start());

afterEach(() => cli.stop());

describe('a release that is held', () => {
  it('is shown with each reason, each file and its digest, and no JSON', async () => {
    cli.answer = () => ({
      json: {
        releaseId: 'r1',
        purl: 'pkg:npm/a@1.0.0',
        version: '1.0.0',
        state: 'held',
        repository: 'main',
        publishedBy: 'alice',
        submittedAt: '2026-01-01T00:00:00.000Z',
        tags: ['latest'],
        reasons: [{ rule: 'P11', code: 'leak', level: 'hold', message: 'A key\u001b[2J', path: 'a.js', line: 3 }],
        artifacts: [{ filename: 'a-1.0.0.tgz', sizeBytes: 42, digests: { sha256: 'f'.repeat(64) } }],
      },
    });
    for (const verb of ['view', 'show']) {
      const { out } = await cli.run(['held', verb, 'r1']);
      expect(out).toContain('hold P11 leak: A key\u{fffd}[2J\n    in a.js, line 3\n');
      expect(out).toContain(`a-1.0.0.tgz, 42 bytes\n    sha256:${'f'.repeat(64)}\n`);
      expect(out).not.toContain('{');
    }
    expect(JSON.parse((await cli.run(['held', 'view', 'r1', '--json'])).out)).toMatchObject({ releaseId: 'r1' });
  });

  it('is shown beside the release that it was compared with: how both came, and what is different (P1, P2)', async () => {
    const path = {
      provider: 'github-actions',
      issuer: 'https://token.actions.githubusercontent.com',
      repository: 'acme/left-pad',
      workflow: '.github/workflows/release.yml',
      ref: 'refs/tags/v1.4.2',
    };
    cli.answer = () => ({
      json: {
        releaseId: 'r1',
        purl: 'pkg:npm/left-pad@1.4.3',
        state: 'held',
        repository: 'main',
        publishedBy: 'alice',
        submittedAt: '2026-01-01T00:00:00.000Z',
        tags: [],
        reasons: [],
        artifacts: [],
        trustedPublisher: null,
        provenance: null,
        sourceVerified: null,
        predecessor: { version: '1.4.2', publishedBy: 'ci', trustedPublisher: { path }, provenance: null },
        changes: [{ what: 'environment', before: 'release\u001b[2J', after: null }],
      },
    });
    const { out } = await cli.run(['held', 'view', 'r1']);
    expect(out).toContain('came with a credential of alice, without provenance\n');
    expect(out).toContain(
      'Compared with 1.4.2, which came from acme/left-pad .github/workflows/release.yml refs/tags/v1.4.2 through github-actions',
    );
    expect(out).toContain('  environment: release\u{fffd}[2J → none\n');
  });

  it('is decided on with a reason alone', async () => {
    expect((await cli.run(['held', 'approve', 'r1'])).exitCode).toBe(exitCodes.usage);
    expect(cli.seen).toEqual([]);
    await cli.run(['held', 'approve', 'r1', '--reason', 'Known.']);
    expect(cli.seen).toMatchObject([{ target: '/api/v1/held-releases/r1/approve', body: { reason: 'Known.' } }]);
  });
});

describe('a table', () => {
  it('has words in its cells where the API has objects', async () => {
    const on = { repository: 'main', package: 'pkg:npm/a' };
    cli.answer = () => ({
      json: { items: [{ id: 'g1', subject: { team: 'web' }, on, role: null, actions: ['read'] }] },
    });
    const { out } = await cli.run(['grants', 'list', 'acme']);
    expect(out).toMatch(/g1 +team web +repository main, package pkg:npm\/a +read/);
    expect(out).not.toContain('{');
  });

  it('of tokens has those that work, and on demand those that have expired', async () => {
    const [past, future] = ['2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];
    cli.answer = () => ({
      json: {
        items: [
          { id: 'old', expiresAt: past },
          { id: 'new', expiresAt: future },
        ],
      },
    });
    expect((await cli.run(['tokens', 'list'])).out).not.toContain('old');
    expect((await cli.run(['tokens', 'list', '--all'])).out).toContain('old');
  });
});

describe('a password', () => {
  it.each([
    [['users', 'create', 'bob', '--admin'], { username: 'bob', password: 'a long one', installationAdmin: true }],
    [['users', 'set-password', 'bob'], { newPassword: 'a long one' }],
  ])('comes from standard input, never from the command line: %j (W6)', async (typed, body) => {
    expect((await cli.run(typed)).exitCode).toBe(exitCodes.usage);
    expect((await cli.run([...typed, '--password', 'x'], { input: 'a long one\n' })).exitCode).toBe(exitCodes.usage);
    expect(cli.seen).toEqual([]);
    await cli.run(typed, { input: 'a long one\n' });
    expect(cli.seen).toMatchObject([{ body }]);
  });

  it('that is refused is called so', async () => {
    const errors = [{ field: 'body.newPassword', message: 'newPassword must be longer' }];
    cli.answer = () => ({ status: 400, json: { title: 'No.', errors } });
    const ran = await cli.run(['users', 'set-password', 'bob'], { input: 'a long one\n' });
    expect(ran.err).toBe('waybill: No.\n  the password must be longer\n');
  });
});

describe('a release that was staged', () => {
  const path = {
    provider: 'github-actions',
    issuer: 'https://ci.example',
    repository: 'acme/a',
    workflow: 'r.yml',
    ref: 'refs/tags/v1',
  };

  it('is shown with how it came and who has approved it', async () => {
    cli.answer = () => ({
      json: {
        releaseId: 'r1',
        purl: 'pkg:npm/a@1.0.0',
        state: 'staged',
        repository: 'main',
        stagedBy: 'github-actions',
        stagedAt: '2026-01-01T00:00:00.000Z',
        expiresAt: null,
        approvals: { given: 1, needed: 2, by: [{ username: 'bob', at: '2026-01-02T00:00:00.000Z' }] },
        trustedPublisher: { path },
        provenance: null,
        artifacts: [{ filename: 'a.tgz', sizeBytes: 42, digests: { sha256: `sha256:${'f'.repeat(64)}` } }],
        findings: [],
        predecessor: { version: '0.9.0', publishedBy: 'ada', trustedPublisher: null, provenance: null },
        changes: [{ what: 'repository', before: null, after: 'acme/a' }],
      },
    });
    const { out } = await cli.run(['staged', 'view', 'r1']);
    expect(out).toContain('came from acme/a r.yml refs/tags/v1 through github-actions, without provenance\n');
    expect(out).toContain(
      'Compared with 0.9.0, which came with a credential of ada, without provenance:\n  repository: none → acme/a\n',
    );
    expect(out).toContain('Approvals (1 of 2):\n  bob, 2026-01-02');
    const approved = await cli.run(['staged', 'approve', 'r1', '--code', '123456']);
    expect(approved.exitCode).toBe(exitCodes.success);
    expect(cli.seen.at(-1)).toMatchObject({ target: '/api/v1/staged-releases/r1/approve', body: { code: '123456' } });
  });
});
