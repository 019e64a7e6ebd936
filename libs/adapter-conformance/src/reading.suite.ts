import { releaseHeld, releasePublished, repositoryChanged } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import type { AdapterUnderTest } from './adapter-under-test.js';
import { memberOf, person } from './principals.js';
import type { Answer, RunningAdapter } from './running-adapter.js';
import { ToldPackages } from './told-packages.js';

/** What clients may read, and what they learn of the rest. */
export function readingSuite(subject: AdapterUnderTest, adapter: () => RunningAdapter): void {
  const told = () => new ToldPackages(subject, adapter());
  const version = '1.0.0';
  // The same id for all, so that answers can be compared byte for byte.
  const read = (target: string, principal?: Principal): Promise<Answer> =>
    adapter().call(target, { requestId: 'same', ...(principal === undefined ? {} : { principal }) });

  describe('who may read', () => {
    it('a private package: nobody without a grant, and it is as if it did not exist, byte for byte (A6)', async () => {
      const packages = told();
      const secret = await packages.repository('conform-secret', 'private');
      await packages.publish(secret, { name: 'hidden-one', version });
      for (const [principal, status] of [
        [undefined, 401],
        [person(), 404],
      ] as const) {
        const there = packages.targetsOf(secret.slug, { name: 'hidden-one', version });
        const missing = packages.targetsOf(secret.slug, { name: 'never-here', version });
        const nowhere = packages.targetsOf('no-repository', { name: 'hidden-one', version });
        for (const [position, target] of there.entries()) {
          const answers = await Promise.all(
            [target, missing[position] ?? '', nowhere[position] ?? ''].map((one) => read(one, principal)),
          );
          const shown = answers.map(({ status, bytes, headers }) => ({ status, headers, body: bytes.toString() }));
          expect(shown.map((answer) => answer.status)).toEqual([status, status, status]);
          expect(shown[1]).toEqual(shown[0]);
          expect(shown[2]).toEqual(shown[0]);
        }
      }
    });

    it('an internal package: whoever is signed in (A7)', async () => {
      const packages = told();
      const internal = await packages.repository('conform-internal', 'internal');
      const named = { name: 'inside-one', version };
      await packages.publish(internal, named);
      for (const target of packages.targetsOf(internal.slug, named)) {
        expect([target, (await read(target)).status]).toEqual([target, 401]);
        expect([target, (await read(target, person())).status]).toEqual([target, 200]);
      }
    });

    it('a package of a repository that becomes private: its members alone, whatever is told late (A9)', async () => {
      const packages = told();
      const closing = await packages.repository('conform-closing');
      const named = { name: 'closed-one', version };
      await packages.publish(closing, named);
      const aggregate = closing.repositoryId;
      await packages.tell(repositoryChanged, { aggregate, version: 3, data: { ...closing, visibility: 'private' } });
      await packages.tell(repositoryChanged, { aggregate, version: 2, data: closing });
      await packages.becomes(closing, named, 404, person());
      await packages.becomes(closing, named, 200, memberOf(closing));
      expect((await read(subject.documentTarget(closing.slug, named))).status).toBe(401);
    });

    it('keeps what not everybody may read out of shared caches (A9)', async () => {
      const packages = told();
      const [open, closed] = [
        await packages.repository('conform-open'),
        await packages.repository('conform-closed', 'private'),
      ];
      const named = { name: 'cached-one', version };
      await packages.publish(open, named);
      await packages.publish(closed, named);
      for (const target of [subject.documentTarget(open.slug, named), subject.fileTarget(open.slug, named)]) {
        expect((await read(target)).headers['cache-control']).toMatch(/^public\b/);
      }
      for (const target of [subject.documentTarget(closed.slug, named), subject.fileTarget(closed.slug, named)]) {
        expect((await read(target, memberOf(closed))).headers['cache-control']).toMatch(/^private\b/);
      }
      const { headers } = await read(subject.documentTarget(closed.slug, named), memberOf(closed));
      expect(headers['vary']).toContain('Authorization');
    });
  });

  describe('a document and a file', () => {
    it('have an ETag, and HEAD says what GET says', async () => {
      const packages = told();
      const facts = await packages.repository('conform-head');
      const named = { name: 'headed-one', version };
      await packages.publish(facts, named);
      for (const target of [subject.documentTarget(facts.slug, named), subject.fileTarget(facts.slug, named)]) {
        const [got, head] = await Promise.all([read(target), adapter().call(target, { method: 'HEAD' })]);
        expect(head.status).toBe(200);
        expect(got.headers['etag']).toMatch(/^(W\/)?"[^"]+"$/);
        expect(head.headers['etag']).toBe(got.headers['etag']);
        expect(head.headers['content-type']).toBe(got.headers['content-type']);
      }
    });

    it('are the same under every spelling of a name (I5)', async () => {
      const packages = told();
      const facts = await packages.repository('conform-names', 'private');
      const [first = 'same-name'] = subject.spellings;
      await packages.publish(facts, { name: first, version });
      const principal = memberOf(facts);
      for (const name of subject.spellings) {
        const target = subject.fileTarget(facts.slug, { name, version });
        expect([target, (await read(target, principal)).status]).toEqual([target, 200]);
        expect([target, (await read(target)).status]).toEqual([target, 401]);
        expect([target, (await read(target, person())).status]).toEqual([target, 404]);
      }
    });

    it('of a release that is held are shown to nobody, and to all once it is published', async () => {
      const packages = told();
      const facts = await packages.repository('conform-held');
      const named = { name: 'held-one', version };
      const release = await subject.release(adapter(), facts, named);
      await packages.tellOf(release, releaseHeld, 2, { ...release, state: 'held' });
      await packages.publish(facts, { name: 'after-held', version });
      expect((await read(subject.documentTarget(facts.slug, named))).status).toBe(404);
      expect((await read(subject.fileTarget(facts.slug, named))).status).toBe(404);
      await packages.tellOf(release, releasePublished, 3, release);
      await packages.becomes(facts, named, 200);
    });
  });
}
