import { describe, expect, it } from 'vitest';
import { assertFormTruth } from './form-truth.rules.js';
import { rawMetadataOfFile, rawMetadataOfForm } from './raw-metadata.js';

const file = rawMetadataOfFile(
  Buffer.from(
    [
      'Metadata-Version: 2.4\nName: Foo.Bar\nVersion: 1.0.0\nRequires-Python: >=3.8,<4\nLicense-Expression: MIT',
      'Requires-Dist: a>=1 ; extra == "x"\nRequires-Dist: b\nProvides-Extra: X\nSummary: The truth\n\nText',
    ].join('\n'),
  ),
);

function compare(form: Record<string, string[]>): string[] {
  try {
    assertFormTruth(rawMetadataOfForm(new Map(Object.entries(form))), file);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ kind: 'invalid', code: 'pypi.metadata-mismatch' });
    return (error as { details: { problems: { field: string }[] } }).details.problems.map(({ field }) => field);
  }
}

describe('the form of an upload and the metadata in its file (P9, I6, TOB-PYPI26-10)', () => {
  it.each<[string, Record<string, string[]>]>([
    ['says nothing', {}],
    ['says the same', { name: ['Foo.Bar'], version: ['1.0.0'], requires_dist: ['a>=1 ; extra == "x"', 'b'] }],
    [
      'says it as twine does',
      { name: ['Foo-Bar'], version: ['1.0'], requires_python: ['<4, >=3.8'], provides_extra: ['x'] },
    ],
    ['says it as poetry does', { requires_dist: ['b', "a (>=1) ; extra == 'x'"], requires_python: ['>=3.8,<4'] }],
    ['says it as uv does', { requires_python: [''], license_expression: ['mit'], provides_extra: ['X'] }],
    ['lies about what is not used', { summary: ['A lie'], description: ['Another'] }],
  ])('are one where the form %s', (_what, form) => {
    expect(compare(form)).toEqual([]);
  });

  it.each<[string, Record<string, string[]>]>([
    ['name', { name: ['foo-baz'] }],
    ['version', { version: ['1.0.1'] }],
    ['requires-python', { requires_python: ['>=2.7'] }],
    ['requires-dist', { requires_dist: ['a>=1 ; extra == "x"'] }],
    ['requires-dist', { requires_dist: ['a>=1', 'b'] }],
    ['requires-dist', { requires_dist: ['a>=1 ; extra == "x"', 'b', 'evil'] }],
    ['requires-dist', { requires_dist: ['not a requirement'] }],
    ['provides-extra', { provides_extra: ['X', 'y'] }],
    ['license-expression', { license_expression: ['Apache-2.0'] }],
  ])('are refused where they differ in %s', (field, form) => {
    expect(compare(form)).toEqual([field]);
  });
});
