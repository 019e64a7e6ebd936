import { shown } from '../names/shown-value.js';

const identifier = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const keywords = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** What is wrong with a name that a distribution says it can be imported by (PEP 794): `foo.bar`, `foo._x; private`. */
export function importNameProblem(value: string, header: string): string | undefined {
  const semicolon = value.indexOf(';');
  const name = (semicolon < 0 ? value : value.slice(0, semicolon)).trimEnd();
  for (const part of name.split('.')) {
    if (!identifier.test(part))
      return `${shown(name)} is invalid for '${header}'; ${shown(part)} is not a valid identifier`;
    if (keywords.has(part)) return `${shown(name)} is invalid for '${header}'; ${shown(part)} is a keyword`;
  }
  if (semicolon < 0 || value.slice(semicolon + 1).trim() === 'private') return undefined;
  return `${shown(value)} is invalid for '${header}'; the only valid option is 'private'`;
}
