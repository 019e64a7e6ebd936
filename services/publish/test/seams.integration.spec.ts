import { moveTag, scanCompleted, submitRelease } from '@waybill/contracts';
import type { Digest } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakedKey, type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

describe('probe', () => {
  it('large facts and many reasons', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const metadata = { kind: 'inline' as const, json: { readme: 'x'.repeat(400 * 1024) } };
    const { release } = await publish.ask(submitRelease, { ...request, metadata });
    const findings = Array.from({ length: 200 }, (_, index) => ({ ...leakedKey, message: 'x'.repeat(1900), line: index + 1 }));
    expect((await publish.scan(release, findings)).state).toBe('held');
  });

  it.each(['a\u0000b', 'a\ud800b'])('metadata %j', async (text) => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const outcome = await publish.ask(submitRelease, { ...request, metadata: { kind: 'inline', json: { text } } }).catch((e: unknown) => e);
    console.log('META', JSON.stringify(text), outcome instanceof Error ? (outcome as any).code + ' ' + outcome.message : 'ok');
  });

  it.each(['a\u0000b', 'a\ud800b', 'a\nb'])('tag %j', async (text) => {
    const repository = await publish.repository();
    const release = await publish.published({ repository });
    const outcome = await publish.ask(moveTag, { principal: publish.member, repositoryId: repository.repositoryId, packagePurl: release.packagePurl, tag: text, version: '1.0.0' }).catch((e: unknown) => e);
    console.log('TAG', JSON.stringify(text), outcome instanceof Error ? (outcome as any).code + ' ' + outcome.message : 'ok');
    const o2 = await publish.submit({ repository, version: '2.0.0', tags: [text] }).catch((e: unknown) => e);
    console.log('TAGSUB', JSON.stringify(text), o2 instanceof Error ? (o2 as any).code + ' ' + o2.message : 'ok');
  });

  it('finding with NUL', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const o = await publish.scan(release, [{ ...leakedKey, path: 'a\u0000b' }]).catch((e: unknown) => e);
    console.log('FINDING', o instanceof Error ? o.message : (o as any).state);
  });

  it('malformed purl, wrong digest algorithm', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    for (const purl of ['pkg:npm/a%zz@1.0.0', 'pkg:npm/a@1.0.0%zz', 'pkg:npm/../x@1', 'pkg:npm/a@']) {
      const o = await publish.ask(submitRelease, { ...request, purl: purl as never }).catch((e: unknown) => e);
      console.log('PURL', purl, o instanceof Error ? (o as any).kind + ' ' + (o as any).code + ' ' + o.message.slice(0, 100) : 'ok');
    }
    const [artifact] = request.artifacts;
    const digests = { sha256: artifact!.digests.sha512 as Digest };
    const o = await publish.ask(submitRelease, { ...request, artifacts: [{ ...artifact!, digests }] }).catch((e: unknown) => e);
    console.log('ALG', o instanceof Error ? (o as any).kind + ' ' + (o as any).code + ' ' + o.message : JSON.stringify(o));
  });

  it('a decision whose transaction fails', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, tags: ['latest'] });
    await publish.query(`ALTER TABLE audit_events ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
    const { releaseId } = release;
    await publish.emit(scanCompleted, releaseId, { releaseId, scanId: randomUUID(), completed: true, findings: [] });
    await new Promise((r) => setTimeout(r, 1500));
    expect((await publish.release(release)).state).toBe('quarantined');
    await publish.query(`ALTER TABLE audit_events DROP CONSTRAINT no_more`);
    const t = Date.now();
    await eventually(async () => expect((await publish.release(release)).state).toBe('published'), { timeoutMs: 60000 } as never);
    console.log('REDELIVERED after', Date.now() - t);
  }, 90000);

  it('tag wish that changes nothing', async () => {
    const repository = await publish.repository();
    const first = await publish.published({ repository, tags: ['latest'] });
    const second = await publish.held({ repository, version: '2.0.0', tags: ['latest'] });
    const { repositoryId } = repository;
    await publish.ask(moveTag, { principal: publish.member, repositoryId, packagePurl: first.packagePurl, tag: 'latest', version: '1.0.0' });
    const answer = await publish.http('POST', `/api/v1/held-releases/${second.releaseId}/approve`, { as: publish.owner, body: { reason: 'ok' } });
    expect(answer.status).toBe(200);
    const [row] = await publish.query('SELECT version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1', [repositoryId]);
    console.log('TAGWISH', row?.['version']);
  });

  it('metadata order in events', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const json = { zebra: 1, apple: { z: [], a: null } };
    const { release } = await publish.ask(submitRelease, { ...request, metadata: { kind: 'inline', json } });
    await eventually(() => { if (!publish.heard.some((e) => (e.data as any).releaseId === release.releaseId)) throw new Error('no'); });
    const e = publish.heard.find((e) => (e.data as any).releaseId === release.releaseId);
    console.log('ORDER', JSON.stringify((e!.data as any).metadata));
  });
});
