import type { TokenText } from '@waybill/domain';
import { DomainError, isTokenText } from '@waybill/domain';
import { parseField } from '@waybill/management-api';
import { redactTokens } from '@waybill/observability';
import { z } from 'zod';

const maxTokens = 100;
const maxFoundIn = 1000;

const text = z.string().min(1).max(500);
const where = z.string().max(2048);

const one = z.strictObject({ token: text, url: where.optional(), source: z.string().max(200).optional() });
const several = z.strictObject({
  tokens: z
    .array(z.union([text, one]))
    .min(1)
    .max(maxTokens),
  url: where.optional(),
  source: z.string().max(200).optional(),
});
/** What GitHub's secret scanning sends its partners (docs.github.com, "Secret scanning partner program"). */
const partner = z
  .array(
    z.object({ token: text, type: z.string().max(200), url: where.nullish(), source: z.string().max(200).nullish() }),
  )
  .min(1)
  .max(maxTokens);

export interface Leak {
  readonly token: TokenText;
  /** Where it was found, as the reporter says: one bounded line without credentials. */
  readonly foundIn: string;
}

export interface LeakReport {
  readonly form: 'own' | 'partner';
  /** Those that have the form of our tokens, checksum included; the others cannot be ours. */
  readonly leaks: readonly Leak[];
}

/** Reads a report in any of its forms. Errors: `invalid` `request.invalid`; no value is repeated. */
export function parseLeakReport(body: unknown): LeakReport {
  if (Array.isArray(body)) {
    const found = parseField(partner, body, 'body');
    return { form: 'partner', leaks: ours(found.map(({ token, url, source }) => ({ token, url, source }))) };
  }
  if (typeof body === 'object' && body !== null && 'tokens' in body) {
    const { tokens, ...place } = parseField(several, body, 'body');
    return {
      form: 'own',
      leaks: ours(
        tokens.map((entry) => (typeof entry === 'string' ? { token: entry, ...place } : { ...place, ...entry })),
      ),
    };
  }
  if (typeof body === 'object') return { form: 'own', leaks: ours([parseField(one, body, 'body')]) };
  throw new DomainError('invalid', 'request.invalid', 'A report is an object or a list.');
}

interface Named {
  readonly token: string;
  readonly url?: string | null | undefined;
  readonly source?: string | null | undefined;
}

function ours(found: readonly Named[]): Leak[] {
  const leaks = new Map<TokenText, Leak>();
  for (const { token: given, url, source } of found) {
    const token = given.trim();
    if (!isTokenText(token) || leaks.has(token)) continue;
    leaks.set(token, { token, foundIn: lineOf([source, url]) });
  }
  return [...leaks.values()];
}

function lineOf(parts: readonly (string | null | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== null && part !== '').join(' ');
  const line = redactTokens(said.replaceAll(/\p{Cc}+/gu, ' '))
    .slice(0, maxFoundIn)
    .trim();
  return line === '' ? 'reported without a place' : line;
}
