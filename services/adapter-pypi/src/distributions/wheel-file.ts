import { parseHeaderBlock } from '../core-metadata/header-block.js';
import { invalidDistribution } from './distribution-refusal.js';

/** Reads WHEEL (PEP 427 "The .dist-info directory"). Errors: `invalid` `pypi.wheel-file`. */
export function parseWheelFile(bytes: Uint8Array): { readonly rootIsPurelib: boolean } {
  const { headers, ambiguity } = parseHeaderBlock(new TextDecoder().decode(bytes));
  const valuesOf = (wanted: string) => headers.filter(([name]) => name === wanted).map(([, value]) => value);
  const [version = '', ...otherVersions] = valuesOf('wheel-version');
  const [purelib = '', ...otherPurelibs] = valuesOf('root-is-purelib');
  if (ambiguity !== undefined || otherVersions.length + otherPurelibs.length > 0) {
    throw invalidWheelFile('can be read in several ways');
  }
  // Installers refuse a major version that they do not know.
  if (!/^1\.[0-9]{1,5}$/.test(version)) throw invalidWheelFile('is of a version that installers do not know');
  if (!/^(?:true|false)$/i.test(purelib)) throw invalidWheelFile('has no Root-Is-Purelib');
  return { rootIsPurelib: purelib.toLowerCase() === 'true' };
}

function invalidWheelFile(reason: string): Error {
  return invalidDistribution('wheel-file', `The WHEEL file of the wheel ${reason}.`);
}
