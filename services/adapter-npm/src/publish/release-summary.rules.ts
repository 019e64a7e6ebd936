import type { ReleaseSummary } from '@waybill/contracts';
import { isObject } from './package-json.js';
import type { PackageJson } from './package-json.js';

const maxDescriptionCharacters = 2000;
const maxTextCharacters = 500;
const maxKeywords = 50;
const maxKeywordCharacters = 100;

/** What search and lists show of a release, out of its package.json: bounded, on one line, and still not to be trusted. */
export function summaryOf(manifest: PackageJson): ReleaseSummary {
  const fields = {
    description: line(manifest['description'], maxDescriptionCharacters),
    license: line(nameIn(manifest['license'], 'type') ?? firstLicense(manifest['licenses']), maxTextCharacters),
    homepage: line(manifest['homepage'], maxTextCharacters),
    sourceUrl: line(nameIn(manifest['repository'], 'url'), maxTextCharacters),
    bugsUrl: line(nameIn(manifest['bugs'], 'url'), maxTextCharacters),
    author: line(authorName(manifest['author']), maxTextCharacters),
  };
  const keywords = keywordsOf(manifest['keywords']);
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(keywords.length === 0 ? {} : { keywords }),
  };
}

/** One line without control characters and halves of characters, which no database takes; undefined when nothing is left. */
function line(value: unknown, maxCharacters: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value
    .slice(0, maxCharacters * 2)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const short = text.slice(0, maxCharacters).toWellFormed();
  return short === '' ? undefined : short;
}

/** Fields that are a text or an object that has one. */
function nameIn(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : value;
}

function firstLicense(licenses: unknown): unknown {
  return Array.isArray(licenses) ? nameIn(licenses[0], 'type') : nameIn(licenses, 'type');
}

// `Name <mail> (url)`: only the name is for everybody.
function authorName(author: unknown): unknown {
  const name = nameIn(author, 'name');
  return typeof name === 'string' ? name.slice(0, maxTextCharacters * 2).replace(/[<(].*$/su, '') : undefined;
}

function keywordsOf(keywords: unknown): string[] {
  // Some packages have one text with commas.
  const listed: unknown[] = Array.isArray(keywords)
    ? keywords.slice(0, maxKeywords * 2)
    : typeof keywords === 'string'
      ? keywords.slice(0, maxKeywords * maxKeywordCharacters).split(',')
      : [];
  const words = listed.map((word) => line(word, maxKeywordCharacters)).filter((word) => word !== undefined);
  return [...new Set(words)].slice(0, maxKeywords);
}
