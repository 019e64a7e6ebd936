import { shown } from '../names/shown-value.js';

/** What is wrong with the path of a license file (PEP 639): it is relative, has `/` between its parts, and does not climb. */
export function licenseFileProblem(path: string, header: string): string | undefined {
  const invalid = `${shown(path)} is invalid for '${header}'`;
  if (path.includes('..')) return `${invalid}, parent directory indicators are not allowed`;
  if (path.includes('*')) return `${invalid}, paths must be resolved`;
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return `${invalid}, paths must be relative`;
  if (path.includes('\\') || path.split('/').some((part) => part === '' || part === '.')) {
    return `${invalid}, paths must use '/' delimiter`;
  }
  return undefined;
}
