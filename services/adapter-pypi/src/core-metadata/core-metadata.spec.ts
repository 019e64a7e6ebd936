import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { parseCoreMetadata } from './core-metadata.js';
import { invalidMetadata } from './metadata-problem.js';
import { problemsOf } from './metadata.rules.js';
import { maxMetadataBytes, rawMetadataOfFile } from './raw-metadata.js';

const least = 'Metadata-Version: 2.1\nName: Foo.Bar\nVersion: 1.0\n';

function parse(headers: string, body = '') {
  return parseCoreMetadata(Buffer.from(`${least}${headers}\n${body}`));
}

/** The reason that is told for these headers, without where to read more. */
function refusal(headers: string): string {
  try {
    parse(headers);
    return 'accepted';
  } catch (error) {
    return error instanceof DomainError && error.code === 'pypi.metadata-invalid'
      ? error.message.replace(/ See https:.*$/, '')
      : 'not refused clearly';
  }
}

function problemFields(bytes: Buffer): unknown {
  const { problems } = invalidMetadata('a.code', problemsOf(rawMetadataOfFile(bytes))).details;
  return Array.isArray(problems) ? problems.map(({ field }: { field: string }) => field) : problems;
}

describe('core metadata', () => {
  it('of everything is read into fields', () => {
    const metadata = parseCoreMetadata(
      Buffer.from(
        [
          'Metadata-Version: 2.5',
          'NAME: Foo.Bar',
          'Version: v1.0',
          'Summary: Grüße – 你好',
          'Keywords: a, b,,a',
          'Home-page: https://example.org/',
          'Author-email: A Person <a@example.org>, "B, C" <b@example.org>',
          'License-Expression: mit or (apache-2.0 with llvm-exception)',
          'License-File: LICENSES/MIT.txt',
          'License-File: NOTICE',
          'Classifier: Private :: Do Not Upload',
          'Requires-Python: >=3.8, !=3.9.*',
          'Requires-Dist: requests[Socks]>=2.8 ; extra == "net"',
          'Provides-Extra: net',
          'Project-URL: Source, https://example.org/source,code',
          'Dynamic: Description',
          'Import-Name: foo_bar',
          'Import-Name: foo_bar._private; private',
          'Import-Namespace: foo',
          'Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM',
          'X-Unknown: whatever',
          '',
          '# Foo',
          'Name: not a header',
        ].join('\r\n'),
      ),
    );
    expect(metadata).toMatchObject({
      displayName: 'Foo.Bar',
      name: 'foo-bar',
      version: { canonical: '1.0' },
      summary: 'Grüße – 你好',
      keywords: ['a', 'b'],
      licenseExpression: 'MIT OR (Apache-2.0 WITH LLVM-exception)',
      licenseFiles: ['LICENSES/MIT.txt', 'NOTICE'],
      requiresDist: ['requests[Socks]>=2.8 ; extra == "net"'],
      projectUrls: [{ label: 'Source', url: 'https://example.org/source,code' }],
      dynamic: ['description'],
      importNames: ['foo_bar', 'foo_bar._private; private'],
      description: '# Foo\r\nName: not a header',
    });
  });

  it('of old tools is read: description in a header, nothing as UNKNOWN, a license file before its time', () => {
    const metadata = parse(
      'Summary: UNKNOWN\nLicense-File: LICENSE\nDescription: Title\n        =====\n        \n          code\nPlatform: UNKNOWN',
    );
    expect(metadata).toMatchObject({ summary: undefined, platforms: [], licenseFiles: ['LICENSE'] });
    expect(metadata.description).toBe('Title\n=====\n\n  code');
  });

  it.each([...['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6']])(
    'knows version %s',
    (version) => {
      const bytes = Buffer.from(`Metadata-Version: ${version}\nName: a\nVersion: 1\n`);
      expect(parseCoreMetadata(bytes).metadataVersion).toBe(version);
    },
  );
});

describe('metadata that is refused (P9, I6)', () => {
  it.each([
    ['Metadata-Version: 2.1', "'metadata-version' has invalid data."],
    ['Name: other', "'name' has invalid data."],
    ['name: foo-bar', "'name' has invalid data."],
    ['Version: 1.0', "'version' has invalid data."],
    ['Summary: a\n  b', "'summary' must be a single line."],
    [`Summary: ${'a'.repeat(513)}`, "'summary' field must be 512 characters or less."],
    ['Author-email: nobody@', "'nobody@' is not a valid email address."],
    ['Maintainer-email: A <a b@c.d>', "'a b@c.d' is not a valid email address."],
    ['Home-page: javascript:alert(1)', "'javascript:alert(1)' is not a valid url."],
    ['Download-URL: https://user:secret@example.org/', "'https://user:secret@example.org/' is not a valid url."],
    [
      'Project-URL: https://example.org/a-much-longer-one',
      "'https://example.org/a-much-longer-one' must be 32 characters or less.",
    ],
    ['Project-URL: Home', 'Must have a URL.'],
    ['Project-URL: , https://example.org', 'Must have a label.'],
    ['Project-URL: Home, data:text/html;base64,PGI+', "'data:text/html;base64,PGI+' is not a valid url."],
    ['Requires-Python: 3.8', "'3.8' is invalid for 'requires-python'."],
    ['Requires-Dist: foo bar', "'foo bar' is invalid for 'requires-dist'."],
    [
      'Requires-Dist: foo @ https://example.org/foo.whl',
      "Can't have direct dependency: 'foo @ https://example.org/foo.whl'.",
    ],
    [
      'Requires-Dist: foo@git+ssh://x/y ; python_version<"3"',
      `Can't have direct dependency: 'foo@git+ssh://x/y ; python_version<"3"'.`,
    ],
    ['Provides-Extra: -x', "'-x' is invalid for 'provides-extra'."],
    ['Obsoletes-Dist: foo ===', "'foo ===' is invalid for 'obsoletes-dist'."],
    ['Dynamic: Name', "'name' is not allowed as a dynamic field."],
    ['Dynamic: Nonsense', "Dynamic field 'nonsense' is not a valid dynamic field."],
    ['License-Expression: Use-it-after-midnight', "'Use-it-after-midnight' is invalid for 'license-expression'."],
    [
      'License-File: ../LICENSE',
      "'../LICENSE' is invalid for 'license-file', parent directory indicators are not allowed.",
    ],
    ['License-File: /etc/passwd', "'/etc/passwd' is invalid for 'license-file', paths must be relative."],
    ['License-File: C:/x', "'C:/x' is invalid for 'license-file', paths must be relative."],
    ['License-File: a\\b', String.raw`'a\\b' is invalid for 'license-file', paths must use '/' delimiter.`],
    ['License-File: LICEN[CS]E*', "'LICEN[CS]E*' is invalid for 'license-file', paths must be resolved."],
    [
      'Description-Content-Type: text/html',
      "'description-content-type' must be one of text/plain, text/x-rst, text/markdown, not 'text/html'.",
    ],
    [
      'Description-Content-Type: text/plain; charset=latin-1',
      "'description-content-type' can only specify the UTF-8 charset, not 'latin-1'.",
    ],
    [
      'Description-Content-Type: text/markdown; variant=Evil',
      "valid Markdown variants for 'description-content-type' are GFM, CommonMark, not 'Evil'.",
    ],
    ['Import-Name: 1foo', "'1foo' is invalid for 'import-name'; '1foo' is not a valid identifier."],
    ['Import-Name: foo.class', "'foo.class' is invalid for 'import-name'; 'class' is a keyword."],
    ['Import-Name: foo; public', "'foo; public' is invalid for 'import-name'; the only valid option is 'private'."],
    [
      'License: MIT\nLicense-Expression: MIT',
      'License is deprecated when License-Expression is present. Only License-Expression should be present.',
    ],
    ['Author: a\0b', "'author' has invalid data."],
  ])('%s', (headers, reason) => {
    expect(refusal(headers)).toBe(reason);
  });

  it.each([
    ['Metadata-Version: 3.0\nName: a\nVersion: 1\n', "'3.0' is not a valid metadata version."],
    ['Name: a\nVersion: 1\n', "'metadata-version' is a required field."],
    ['Metadata-Version: 2.1\nVersion: 1\n', "'name' is a required field."],
    ['Metadata-Version: 2.1\nName: раураl\nVersion: 1\n', "'раураl' is invalid for 'name'."],
    ['Metadata-Version: 2.1\nName: a\nVersion: 1.x\n', "'1.x' is invalid for 'version'."],
    ['Metadata-Version: 2.1\nName: a\nVersion: 1+local\n', "The use of local versions in '1+local' is not allowed."],
    ['', "'metadata-version' is a required field."],
  ])('%j', (text, reason) => {
    expect(() => parseCoreMetadata(Buffer.from(text))).toThrow(reason);
  });

  it.each([
    ['Content-Transfer-Encoding: base64', 'because of the header Content-Transfer-Encoding'],
    ['Content-Type: multipart/mixed; boundary=x', 'because of the header Content-Type'],
    ['no header at all', 'because of a line that is no header'],
    ['Author: a\rName: b', 'because of a carriage return within a line'],
  ])('since two readers would read two things: %j (TOB-PYPI26-10)', (headers, reason) => {
    expect(refusal(headers)).toContain(reason);
  });

  it('that is not UTF-8, too large, or has too many fields', () => {
    expect(() => parseCoreMetadata(Buffer.from(`${least}Author: \xE9\n`, 'latin1'))).toThrow(/not UTF-8/);
    expect(() => parseCoreMetadata(Buffer.alloc(maxMetadataBytes + 1, 'a'))).toThrow(/larger than/);
    expect(refusal('Classifier: a\n'.repeat(6000))).toBe("'classifier' has too many values.");
    expect(refusal('X: a\n'.repeat(30_000))).toContain('more than 20000 headers');
  });

  it('tells everything that is wrong, what weighs most first', () => {
    const bytes = Buffer.from('Metadata-Version: 2.1\nName: a\nVersion: x\nAuthor-email: a@\nRequires-Python: y\n');
    expect(problemFields(bytes)).toEqual(['version', 'author-email', 'requires-python']);
    expect(() => parseCoreMetadata(bytes)).toThrow(
      "'x' is invalid for 'version'. See https://packaging.python.org/specifications/core-metadata for more information.",
    );
  });
});
