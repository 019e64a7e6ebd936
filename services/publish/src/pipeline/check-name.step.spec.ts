import type { PackagePurl } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { CheckName } from './check-name.step.js';
import type { Submission } from './submission.js';

function check(filenames: string[], { version = '1.0.0', purl = 'pkg:npm/left-pad' } = {}): unknown {
  const artifacts = filenames.map((filename) => ({ filename }));
  const submission = { request: { artifacts }, packagePurl: purl as PackagePurl, version } as unknown as Submission;
  try {
    return new CheckName().run(submission);
  } catch (error) {
    return error;
  }
}

describe('the names of a release', () => {
  it('may have every sign that ecosystems use', async () => {
    await expect(check(['left_pad-1.0.0+b.1~2.tgz'], { purl: 'pkg:npm/%40acme/left-pad' })).resolves.toBe('next');
    await expect(check(['a.whl', 'a.whl.asc'], { version: '1!2.0.post1+x-y_z' })).resolves.toBe('next');
  });

  it.each(['lеft.tgz', 'left\u200b.tgz', 'left\u202e.tgz', 'a b.tgz', 'a\n.tgz', 'a\0.tgz', 'a\t.tgz', 'a\x7f.tgz'])(
    'are plain and visible ASCII: %j is refused as a file (I6)',
    (filename) => {
      expect(check([filename])).toMatchObject({ kind: 'invalid', code: 'name.not-plain' });
    },
  );

  it('are plain in the version and, decoded, in the package too (I6)', () => {
    expect(check(['a.tgz'], { version: '1.0.0\u200b' })).toMatchObject({ code: 'name.not-plain' });
    expect(check(['a.tgz'], { purl: 'pkg:npm/l%D0%B5ft-pad' })).toMatchObject({ code: 'name.not-plain' });
    expect(check(['a.tgz'], { purl: 'pkg:npm/left%0Apad' })).toMatchObject({ code: 'name.not-plain' });
  });

  it.each(['../a.tgz', 'a/b.tgz', 'a\\b.tgz', '/a.tgz', '.', '..', '...'])(
    'have no path: %j is refused',
    (filename) => {
      expect(check([filename])).toMatchObject({ kind: 'invalid', code: 'artifact.filename' });
    },
  );

  it.each(['pkg:npm/..', 'pkg:npm/../left-pad', 'pkg:npm/%2E%2E/left-pad', 'pkg:maven/org.acme/.'])(
    'lead nowhere else: %s is refused',
    (purl) => {
      expect(check(['a.tgz'], { purl })).toMatchObject({ kind: 'invalid', code: 'name.path' });
    },
  );

  it('are there once', () => {
    expect(check(['a.tgz', 'a.tgz'])).toMatchObject({ kind: 'invalid', code: 'artifact.filename' });
  });
});
