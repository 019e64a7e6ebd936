import { describe, expect, it } from 'vitest';
import { canonicalLicenseExpression } from './license-expression.js';
import { parseRequirement, requirementKey } from './requirement.js';

function keyOf(text: string): string | undefined {
  const requirement = parseRequirement(text);
  return requirement && requirementKey(requirement);
}

describe('dependencies (PEP 508)', () => {
  it('are read into their parts', () => {
    expect(
      parseRequirement('Foo.Bar [B, a] >= 1.0, <2 ; python_version<"3.9" and (os_name=="nt" or extra==\'x\')'),
    ).toEqual({
      name: 'foo-bar',
      writtenName: 'Foo.Bar',
      extras: ['a', 'b'],
      specifiers: ['<2', '>=1.0'],
      url: undefined,
      marker: 'python_version < "3.9" and ( os_name == "nt" or extra == "x" )',
    });
  });

  it.each([
    ['a>=1,<2', 'A ( <2 , >=1 )'],
    ["a; sys_platform=='win32'", 'a ;sys.platform == "win32"'],
    ['a-b[x,y]', 'A_B[Y, x]'],
    ['a; "3" not in python_version', "a ; '3'  not  in python_version"],
    ['a @ https://x/y;z ; os_name=="nt"', "a@https://x/y;z ;os.name=='nt'"],
  ])('%s and %s are equal', (left, right) => {
    expect(keyOf(left)).toBeDefined();
    expect(keyOf(left)).toBe(keyOf(right));
  });

  it.each([
    ...[
      '',
      'foo bar',
      '-foo',
      'foo-',
      'foo[',
      'foo[a',
      'foo[a,,b]',
      'foo>=',
      'foo=1',
      'foo>1.0.*',
      'foo (>=1',
      'foo ((>=1))',
    ],
    ...['foo;', 'foo; python_version', 'foo; nonsense == "x"', 'foo; python_version < "3" and', 'foo; (os_name == "x"'],
    ...[
      'foo; os_name is "x"',
      'foo; os_name not "x"',
      'foo; os_name == "x" extra',
      'foo @',
      'foo @ https://x os_name == "x"',
    ],
    ...["foo; os_name == 'x\\'", 'foo; os_name == "x', 'foo\n>=1; x', 'foo; __import__("os") == "x"', 'foo\0'],
  ])('%j is none', (text) => {
    expect(parseRequirement(text)).toBeUndefined();
  });

  it('are bounded in length and depth (I3)', () => {
    expect(parseRequirement(`foo; ${'('.repeat(200)}os_name == "x"${')'.repeat(200)}`)).toBeUndefined();
    expect(parseRequirement(`foo[${'a,'.repeat(5000)}a]`)).toBeUndefined();
    expect(parseRequirement(`foo; ${'os_name == "x" and '.repeat(100)}os_name == "x"`)).toBeDefined();
  });
});

describe('license expressions (PEP 639)', () => {
  it.each([
    ['mit', 'MIT'],
    ['MIT AND (Apache-2.0 or bsd-2-clause)', 'MIT AND (Apache-2.0 OR BSD-2-Clause)'],
    ['gpl-2.0+ with classpath-exception-2.0', 'GPL-2.0+ WITH Classpath-exception-2.0'],
    ['licenseref-Acme.Internal-1 or mit', 'LicenseRef-Acme.Internal-1 OR MIT'],
    ['GPL-3.0-or-later', 'GPL-3.0-or-later'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalLicenseExpression(text)).toBe(canonical);
  });

  it.each([
    ...[
      '',
      'MIT License',
      'MIT or',
      'or MIT',
      '(MIT',
      'MIT)',
      '()',
      'MIT MIT',
      'Nonsense-1.0',
      'LicenseRef-',
      'LicenseRef-a_b',
    ],
    ...[
      'MIT with Nonsense',
      'MIT with MIT',
      'Classpath-exception-2.0',
      'MIT\0',
      `${'('.repeat(600)}MIT${')'.repeat(600)}`,
    ],
  ])('%j is none', (text) => {
    expect(canonicalLicenseExpression(text)).toBeUndefined();
  });
});
