import { createHash } from 'node:crypto';
import type { Answer, RunningAdapter } from '@waybill/adapter-conformance';
import { memberOf, person, publisherOf, readerOf, startAdapter } from '@waybill/adapter-conformance';
import { adapterBusRole, repositoryCreated } from '@waybill/contracts';
import type { PackagePurl, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from '../src/service.js';
import { FakePublish } from './fake-publish.js';
import type { UploadForm } from './uploaded-wheel.js';
import { formFor, wheelOf } from './uploaded-wheel.js';

const json = { accept: 'application/vnd.pypi.simple.v1+json' };
let adapter: RunningAdapter;
let publish: FakePublish;
/** Bodies that the gateway would discard; here nobody does. */
let sent = 0;

beforeAll(async () => {
  adapter = await startAdapter({ service, role: adapterBusRole('adapter-pypi') });
  publish = new FakePublish(adapter);
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
  await eventually(async () => {
    const { status } = await adapter.call('/pypi/main/simple/');
    if (status !== 200) throw new Error('The repositories are not known yet.');
  });
});

afterAll(async () => {
  await adapter.stop();
});

function upload(
  { contentType, body }: UploadForm,
  { principal = memberOf(adapter.repositories.public), target = '/pypi/main/legacy/' } = {},
): Promise<Answer> {
  sent += 1;
  return adapter.call(target, { method: 'POST', upload: body, headers: { 'content-type': contentType }, principal });
}

/** What is left behind of uploads besides what came. */
async function leftBehind(): Promise<number> {
  const keys: string[] = [];
  for await (const { key } of adapter.store.listStaged({ olderThan: new Date(Date.now() + 60_000) })) keys.push(key);
  return keys.length - sent;
}

describe('an upload', () => {
  it('is there for the next read, with what the file itself says, and its metadata beside it', async () => {
    const wheel = wheelOf('Foo.Bar', '1.0', { headers: 'Requires-Python: >=3.8\nRequires-Dist: requests\n' });
    const answer = await upload(await formFor(wheel, { name: 'Foo.Bar', requires_python: '>=3.8', comment: 'x' }));
    expect([answer.status, answer.bytes.toString()]).toEqual([200, '']);
    const page = (await adapter.call('/pypi/main/simple/foo-bar/', { headers: json })).json();
    expect(page).toMatchObject({
      versions: ['1.0'],
      files: [
        {
          filename: 'foo_bar-1.0-py3-none-any.whl',
          hashes: { sha256: createHash('sha256').update(wheel.bytes).digest('hex') },
          'requires-python': '>=3.8',
          'core-metadata': { sha256: createHash('sha256').update(wheel.metadata).digest('hex') },
        },
      ],
    });
    const target = '/pypi/main/files/foo-bar/foo_bar-1.0-py3-none-any.whl';
    expect((await adapter.call(target)).bytes.equals(wheel.bytes)).toBe(true);
    expect((await adapter.call(`${target}.metadata`)).bytes.toString()).toBe(wheel.metadata);
    expect(publish.asked.at(-1)).toMatchObject({ purl: 'pkg:pypi/foo-bar@1.0', summary: { description: 'A test' } });
    expect(await leftBehind()).toBe(0);
  });

  it('may leave its last slash out, since no client follows a redirect with a body', async () => {
    const form = await formFor(wheelOf('slashless', '1.0'));
    expect((await upload(form, { target: '/pypi/main/legacy' })).status).toBe(200);
  });

  it('of the same file again is success, and nothing is submitted for it', async () => {
    const form = await formFor(wheelOf('again', '1.0'));
    expect((await upload(form)).status).toBe(200);
    const asked = publish.asked.length;
    expect((await upload(form)).status).toBe(200);
    expect(publish.asked).toHaveLength(asked);
  });

  it('of other bytes under the same name is refused in the words that twine looks for (I8)', async () => {
    const wheel = wheelOf('taken', '1.0');
    expect((await upload(await formFor(wheel))).status).toBe(200);
    const other = await upload(await formFor(wheelOf('taken', '1.0', { text: 'x = 2\n' })));
    expect(other.status).toBe(400);
    expect(other.bytes.toString()).toMatch(
      /^File already exists \('taken-1\.0-py3-none-any\.whl', with blake2_256 hash '[0-9a-f]{64}'\)\. /,
    );
  });

  it('says so too where only the pipeline knows', async () => {
    publish.refusal = new DomainError('conflict', 'release.immutable', 'Version 1.0 exists already.');
    const taken = await upload(await formFor(wheelOf('raced', '1.0')));
    expect([taken.status, taken.bytes.toString()]).toEqual([
      400,
      expect.stringMatching(/^File already exists \('raced/),
    ]);
    publish.refusal = new DomainError('forbidden', 'release.withdrawn', 'Version 1.0 was withdrawn.');
    const deleted = await upload(await formFor(wheelOf('raced', '1.0')));
    expect([deleted.status, deleted.bytes.toString()]).toEqual([
      400,
      'This filename was previously used by a file that has since been deleted. Use a different version.',
    ]);
  });

  it.each([
    [{ md5_digest: 'a'.repeat(32) }, 'The digest supplied does not match a digest calculated from the uploaded file.'],
    [
      { sha256_digest: 'a'.repeat(64) },
      'The digest supplied does not match a digest calculated from the uploaded file.',
    ],
    [{ protocol_version: '2' }, 'Unknown protocol version.'],
    [{ version: '2.0' }, /version/i],
    [{ name: 'other' }, /filename/i],
    [{ requires_python: '>=2' }, /requires-python/i],
  ])('that contradicts its file is refused: %j (P9, I6)', async (change, message) => {
    const answer = await upload(await formFor(wheelOf('lying', '1.0'), change));
    expect(answer.status).toBe(400);
    expect(answer.bytes.toString()).toMatch(message);
    expect(await leftBehind()).toBe(0);
  });

  it('of a new project with a name that is kept from projects is refused (P13)', async () => {
    const answer = await upload(await formFor(wheelOf('asyncio', '1.0')));
    expect(answer.status).toBe(400);
    expect(answer.bytes.toString()).toContain("The name 'asyncio' isn't allowed");
  });

  it('of something that is no wheel is refused', async () => {
    const wheel = { filename: 'broken-1.0-py3-none-any.whl', bytes: Buffer.from('not a zip') };
    expect((await upload(await formFor(wheel))).status).toBe(400);
  });

  it('may bring attestations that nobody asked for', async () => {
    const form = await formFor(wheelOf('attested', '1.0'), { attestations: '[]' });
    expect((await upload(form)).status).toBe(200);
  });

  it.each(['submit', 'submit_pkg_info', 'doc_upload'])('is nothing else: %s is gone', async (action) => {
    const answer = await upload(await formFor(wheelOf('gone', '1.0'), { ':action': action }));
    expect(answer.status).toBe(410);
    expect(await leftBehind()).toBe(0);
  });
});

describe('who uploads', () => {
  const ask = async (principal: Principal, target: string) => {
    const answer = await upload(await formFor(wheelOf('whose', '1.0')), { principal, target });
    return { status: answer.status, text: answer.bytes.toString() };
  };

  it('has to be allowed to publish', async () => {
    const { public: open } = adapter.repositories;
    expect((await ask(readerOf(open), '/pypi/main/legacy/')).status).toBe(403);
    expect(await leftBehind()).toBe(0);
  });

  it('learns nothing of what they may not know (A6)', async () => {
    const stranger = person();
    const [hidden, missing] = [
      await ask(stranger, '/pypi/secret/legacy/'),
      await ask(stranger, '/pypi/nowhere/legacy/'),
    ];
    expect(hidden.status).toBe(404);
    expect(missing).toEqual(hidden);
  });

  it('may be a trusted publisher of that one project, which reads nothing (T10)', async () => {
    const { private: secret } = adapter.repositories;
    const publisher = publisherOf('pkg:pypi/whose' as PackagePurl, ['publish'], secret);
    expect((await ask(publisher, '/pypi/secret/legacy/')).status).toBe(200);
    const other = await upload(await formFor(wheelOf('others', '1.0')), {
      principal: publisher,
      target: '/pypi/secret/legacy/',
    });
    expect(other.status).toBe(404);
  });
});
