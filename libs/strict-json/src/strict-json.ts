import { DomainError } from '@waybill/domain';
import { visit } from 'jsonc-parser';

const maxDepth = 100;

/**
 * JSON that means the same to everybody who reads it (RFC 8259, 4, 8.1 and 8.2; security.md I4): UTF-8 without a byte order mark, whole
 * characters, no key twice in one object, at most 100 levels, nothing that would change a prototype. Errors: `invalid` `body.malformed`.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  refuseWhatReadersDisagreeOn(text);
  return value;
}

interface OpenObject {
  readonly keys: Set<string>;
  /** The key under which it stands in the object around it. */
  readonly under: string | undefined;
  last: string | undefined;
}

// JSON.parse keeps the last of two equal keys and says nothing: only the text tells. It was parsed before, so it is JSON,
// and the visitor throws long before its recursion could be too deep.
function refuseWhatReadersDisagreeOn(text: string): void {
  const open: (OpenObject | 'array')[] = [];
  const enter = (what: OpenObject | 'array'): void => {
    open.push(what);
    if (open.length > maxDepth) throw malformed(`is nested more than ${String(maxDepth)} levels deep`);
  };
  const leave = (): void => {
    open.pop();
  };
  visit(text, {
    onObjectBegin: () => {
      const around = open.at(-1);
      enter({ keys: new Set(), under: typeof around === 'object' ? around.last : undefined, last: undefined });
    },
    onObjectEnd: leave,
    onArrayBegin: () => {
      enter('array');
    },
    onArrayEnd: leave,
    onLiteralValue: (value: unknown) => {
      if (typeof value === 'string') assertWhole(value);
    },
    onObjectProperty: (key) => {
      assertWhole(key);
      const current = open.at(-1);
      if (typeof current !== 'object') return;
      if (current.keys.has(key)) throw malformed('names a key twice in one object');
      if (key === '__proto__' || (key === 'prototype' && current.under === 'constructor')) {
        throw malformed('has a key that is not allowed');
      }
      current.keys.add(key);
      current.last = key;
    },
  });
}

/** Half a surrogate pair (`"\\ud800"`) is no character: some readers keep it, some replace it, some throw. */
function assertWhole(text: string): void {
  if (!text.isWellFormed()) throw malformed('has half a character in a text');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed('is not JSON');
  }
}

/** Never says what it was that it found: a body may hold a password (security.md W6). */
function malformed(why: string): DomainError {
  return new DomainError('invalid', 'body.malformed', `The body ${why}.`);
}
