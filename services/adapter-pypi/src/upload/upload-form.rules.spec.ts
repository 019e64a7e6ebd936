import { describe, expect, it } from 'vitest';
import { actionIn, parseUploadForm } from './upload-form.rules.js';

const wheel = {
  ':action': 'file_upload',
  protocol_version: '1',
  metadata_version: '2.4',
  name: 'Foo.Bar_baz',
  version: '1.0.0RC1',
  filetype: 'bdist_wheel',
  pyversion: 'py3',
  sha256_digest: 'A'.repeat(64),
  summary: 'A summary',
  license: 'UNKNOWN',
  requires_python: '',
};

function fieldsOf(form: Readonly<Record<string, string | readonly string[] | undefined>>): Map<string, string[]> {
  return new Map(
    Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat()] as const])),
  );
}

function refusal(change: Readonly<Record<string, string | readonly string[] | undefined>>): unknown {
  try {
    return parseUploadForm(fieldsOf({ ...wheel, ...change }));
  } catch (error) {
    return error;
  }
}

describe('what a form says of its file', () => {
  it('is read as twine sends it', () => {
    const claim = parseUploadForm(fieldsOf({ ...wheel, classifiers: ['A', 'UNKNOWN', 'B'], comment: 'a build' }));
    expect(claim).toMatchObject({
      name: 'foo-bar-baz',
      writtenName: 'Foo.Bar_baz',
      version: { canonical: '1.0.0rc1' },
      fileType: 'bdist_wheel',
      pythonVersion: 'py3',
      digests: { sha256: 'a'.repeat(64) },
      comment: 'a build',
    });
    expect(Object.fromEntries(claim.metadata)).toEqual({
      metadata_version: ['2.4'],
      name: ['Foo.Bar_baz'],
      version: ['1.0.0RC1'],
      summary: ['A summary'],
      classifiers: ['A', 'B'],
    });
  });

  it('may leave the Python version of an sdist out', () => {
    expect(refusal({ filetype: 'sdist', pyversion: undefined })).toMatchObject({ pythonVersion: 'source' });
    expect(refusal({ filetype: 'sdist', pyversion: 'source' })).toMatchObject({ pythonVersion: 'source' });
  });

  it('takes any one digest, and keeps all that are there', () => {
    const digests = { md5_digest: 'b'.repeat(32), blake2_256_digest: 'c'.repeat(64) };
    expect(refusal({ ...digests, sha256_digest: undefined })).toMatchObject({
      digests: { md5: 'b'.repeat(32), blake2b256: 'c'.repeat(64) },
    });
  });

  it.each([
    [{ protocol_version: '2' }, 'Unknown protocol version.'],
    [{ protocol_version: undefined }, 'Unknown protocol version.'],
    [{ metadata_version: undefined }, 'Invalid value for metadata_version. Error: This field is required.'],
    [{ name: undefined }, 'Invalid value for name. Error: This field is required.'],
    [{ name: 'UNKNOWN' }, 'Invalid value for name. Error: This field is required.'],
    [{ name: '-foo' }, "The name '-foo' is invalid."],
    [{ name: ['foo', 'bar'] }, "The form says 'name' more than once."],
    [{ version: 'one' }, "'one' is invalid for 'version'."],
    [{ version: '1.0+local' }, "The use of local versions in '1.0+local' is not allowed."],
    [{ filetype: 'bdist_egg' }, 'Invalid value for filetype. Error: Use a known file type: bdist_wheel, sdist.'],
    [{ filetype: 'sdist', pyversion: 'py3' }, "Use 'source' as Python version for an sdist."],
    [{ pyversion: undefined }, 'Python version is required for binary distribution uploads.'],
    [{ sha256_digest: undefined }, 'Include at least one message digest.'],
    [
      { sha256_digest: 'abc' },
      'Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.',
    ],
    [
      { md5_digest: 'z'.repeat(32) },
      'Invalid value for md5_digest. Error: Use a valid, hex-encoded, MD5 message digest.',
    ],
  ])('is refused for %j in the words of Warehouse', (change, message) => {
    expect(refusal(change)).toMatchObject({ kind: 'invalid', message });
  });

  it('asks for an action, once', () => {
    expect(actionIn(fieldsOf({ ':action': 'submit' }))).toBe('submit');
    expect(() => actionIn(new Map())).toThrow('The form has no :action.');
    expect(() => actionIn(fieldsOf({ ':action': ['submit', 'file_upload'] }))).toThrow('more than once');
  });
});
