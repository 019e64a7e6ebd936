import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCoreMetadata } from './core-metadata.js';
import { metadataFields } from './fields.js';
import { canonicalLicenseExpression } from './license-expression.js';
import { parseMarker } from './marker.js';
import { parseRequirement } from './requirement.js';

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[a-zA-Z0-9 ,;:@<>=.()[\]"'\\/*_+-]{0,40}$/),
);
const line = fc
  .tuple(fc.oneof(fc.constantFrom(...metadataFields.map(({ header }) => header)), fc.string({ maxLength: 8 })), value)
  .map(([name, text]) => `${name}: ${text}`);

function outcome(text: string): string {
  try {
    const metadata = parseCoreMetadata(Buffer.from(text));
    return JSON.stringify(metadata).isWellFormed() ? 'read' : 'not well-formed';
  } catch (error) {
    return error instanceof DomainError && error.message.isWellFormed() ? 'refused' : 'not refused clearly';
  }
}

describe('core metadata of any kind', () => {
  it('is read or refused clearly (I6)', () => {
    const lines = fc.array(line, { maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n', '\r'), value, (all, end, body) => {
        const head = ['Metadata-Version: 2.4', 'Name: a', 'Version: 1'];
        expect(outcome([...head, ...all, '', body].join(end))).toMatch(/^(?:read|refused)$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('is judged at once, whatever its dependencies, markers and licenses are', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 80 }), (text, times) => {
        const long = text.repeat(times);
        const name = parseRequirement(long)?.name ?? 'none';
        expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        const marker = parseMarker(long);
        expect(marker === undefined ? undefined : parseMarker(marker)).toBe(marker);
        const license = canonicalLicenseExpression(long);
        expect(license === undefined ? undefined : canonicalLicenseExpression(license)).toBe(license);
      }),
      { numRuns: 1000 },
    );
  });
});
