import { createHash } from 'node:crypto';
import { DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';

const maxHeaderLength = 2000;
const entityTag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;
const etagCharacters = /^[\x21\x23-\x7e]{1,100}$/;

/** The strong entity tag (RFC 9110, 8.8.3) of a thing in this version: the number in its row, or any short text. */
export function etagOf(version: string | number): string {
  const text = String(version);
  return etagCharacters.test(text) ? `"${text}"` : `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/**
 * Whether the change that a request asks for may be made to this version (RFC 9110, 13.1.1): without `If-Match` it may.
 * Call it with the row locked. Errors: `precondition-failed` `etag.stale`; `invalid` `etag.malformed`.
 */
export function requireMatch(request: Pick<FastifyRequest, 'headers'>, currentVersion: string | number): void {
  const header = request.headers['if-match'];
  if (header === undefined) return;
  const tags = tagsOf(header);
  if (tags === '*' || tags.includes(etagOf(currentVersion))) return;
  throw new DomainError('precondition-failed', 'etag.stale', 'It was changed meanwhile; read it again.');
}

/** The strong tags among those named; a weak one matches nothing here (RFC 9110, 13.1.1). */
function tagsOf(header: string): '*' | string[] {
  if (header.trim() === '*') return '*';
  if (header.length > maxHeaderLength) throw malformed();
  const tags: string[] = [];
  let position = 0;
  for (;;) {
    position = skip(header, position, /[ \t,]*/y);
    if (position === header.length) break;
    entityTag.lastIndex = position;
    const found = entityTag.exec(header);
    if (found === null) throw malformed();
    if (found[1] === undefined) tags.push(`"${found[2] ?? ''}"`);
    position = skip(header, entityTag.lastIndex, /[ \t]*/y);
    if (position < header.length && header[position] !== ',') throw malformed();
  }
  if (position === 0 || header.trim() === '') throw malformed();
  return tags;
}

function skip(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

function malformed(): DomainError {
  const message = 'If-Match is a list of quoted entity tags, or *.';
  return new DomainError('invalid', 'etag.malformed', message, {
    details: { errors: [{ field: 'header.if-match', code: 'etag.malformed', message }] },
  });
}
