import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPublishBody } from './publish-body.reader.js';

function body(text: string, chunkBytes = 7): Readable {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) chunks.push(bytes.subarray(start, start + chunkBytes));
  return Readable.from(chunks);
}

async function read(text: string, chunkBytes?: number) {
  const stored: Buffer[] = [];
  const result = await readPublishBody(
    body(text, chunkBytes),
    async (_name, contents) => buffer(contents),
    (value) => stored.push(value),
  );
  return { ...result, stored };
}

const tarball = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

describe('reading a publish document', () => {
  it('takes the attachment out as bytes, whether it comes first or last', async () => {
    const attachments = {
      '@acme/a-1.0.0.tgz': { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: 1000 },
    };
    const metadata = { name: '@acme/a', versions: { '1.0.0': { name: '@acme/a', keywords: ['data', { data: 'x' }] } } };
    for (const document of [
      { _attachments: attachments, ...metadata },
      { ...metadata, _attachments: attachments },
    ]) {
      const result = await read(JSON.stringify(document));
      expect(result.attachments.get('@acme/a-1.0.0.tgz')).toEqual(tarball);
      expect(result.document).toEqual({
        ...metadata,
        _attachments: { '@acme/a-1.0.0.tgz': { content_type: 'application/octet-stream', data: '', length: 1000 } },
      });
    }
  });

  it('takes a sigstore bundle as the text that it is', async () => {
    const bundle = JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.3',
      note: 'ünï "quoted"',
    });
    const result = await read(JSON.stringify({ _attachments: { 'a-1.0.0.sigstore': { data: bundle } } }));
    expect(result.attachments.get('a-1.0.0.sigstore')?.toString('utf8')).toBe(bundle);
  });

  it('refuses duplicate keys, __proto__, endless nesting and broken base64 (I4)', async () => {
    await expect(read('{"name":"a","name":"b"}')).rejects.toMatchObject({ kind: 'invalid', code: 'npm.document' });
    await expect(read('{"versions":{"__proto__":{}}}')).rejects.toMatchObject({ code: 'npm.document' });
    await expect(read('['.repeat(100) + ']'.repeat(100))).rejects.toMatchObject({ kind: 'limit' });
    for (const data of ['QUJD!', 'QQ==QUJD', 'Q\u00fcJD']) {
      await expect(read(JSON.stringify({ _attachments: { 'a.tgz': { data } } }))).rejects.toMatchObject({
        code: 'npm.attachment-encoding',
      });
    }
  });

  it('refuses what is no UTF-8 (I4)', async () => {
    const reading = readPublishBody(
      Readable.from([Buffer.from('{"name":"a\xff"}', 'latin1')]),
      (_name, contents) => buffer(contents),
      () => undefined,
    );
    await expect(reading).rejects.toMatchObject({ kind: 'invalid', code: 'npm.document' });
  });

  it('counts whitespace as well, but no attachment (I3)', async () => {
    const blank = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    function* endless(): Generator<Buffer> {
      for (; sent < 400; sent += 1) yield blank;
    }
    const reading = readPublishBody(
      Readable.from(endless()),
      (_name, contents) => buffer(contents),
      () => undefined,
    );
    await expect(reading).rejects.toMatchObject({ kind: 'limit', code: 'npm.document-too-large' });
    expect(sent).toBeLessThan(60);
    const large = 40 * 1024 * 1024;
    const attached = await readPublishBody(
      body(`{"_attachments":{"a.tgz":{"data":"${'QUJD'.repeat(large / 4)}"}}}`, 65_536),
      async (_name, contents) => {
        let bytes = 0;
        for await (const chunk of contents as AsyncIterable<Buffer>) bytes += chunk.length;
        return bytes;
      },
      () => undefined,
    );
    expect(attached.attachments.get('a.tgz')).toBe((large / 4) * 3);
  });

  it('joins a text of a million pieces (I3)', async () => {
    const text = '\n'.repeat(1_000_000);
    expect((await read(JSON.stringify({ text }), 65_536)).document).toEqual({ text });
  });

  it('refuses a body that is cut off anywhere, and never with anything else than a clear error', async () => {
    const whole = JSON.stringify({ name: 'a', _attachments: { 'a.tgz': { data: tarball.toString('base64') } } });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        await expect(read(whole.slice(0, length))).rejects.toBeInstanceOf(DomainError);
      }),
      { numRuns: 60 },
    );
  });

  it('answers with the store’s own error when the store refuses', async () => {
    const refusal = new DomainError('limit', 'upload.too-large', 'Too large.');
    const big = JSON.stringify({ _attachments: { 'a.tgz': { data: 'QUJD'.repeat(200_000) } } });
    const reading = readPublishBody(
      body(big, 65_536),
      () => Promise.reject(refusal),
      () => undefined,
    );
    await expect(reading).rejects.toBe(refusal);
  });

  it('reads any document as JSON.parse does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.jsonValue(),
        ),
        async (value) => {
          const text = JSON.stringify(value);
          if (text.includes('__proto__') || Object.hasOwn(value, '_attachments')) return;
          expect((await read(text, 5)).document).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 100 },
    );
  });
});
