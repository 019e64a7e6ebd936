import type { ReleaseSummary } from '@waybill/contracts';
import type { CoreMetadata } from '../core-metadata/core-metadata.js';

const maxDescriptionCharacters = 2000;
const maxTextCharacters = 500;
const maxKeywords = 50;
const maxKeywordCharacters = 100;

const sourceLabels = new Set(['source', 'repository', 'sourcecode', 'github', 'code']);
const bugsLabels = new Set(['issues', 'bugs', 'issue', 'tracker', 'issuetracker', 'bugtracker']);
const homeLabels = new Set(['homepage']);

/** What search and lists show of a release, out of its metadata: bounded, on one line, and still not to be trusted. */
export function summaryOf(metadata: CoreMetadata): ReleaseSummary {
  const fields = {
    description: line(metadata.summary, maxDescriptionCharacters),
    license: line(metadata.licenseExpression ?? metadata.license, maxTextCharacters),
    homepage: line(metadata.homePage ?? labelled(metadata, homeLabels), maxTextCharacters),
    sourceUrl: line(labelled(metadata, sourceLabels), maxTextCharacters),
    bugsUrl: line(labelled(metadata, bugsLabels), maxTextCharacters),
    author: line(metadata.author ?? metadata.authorEmail?.replace(/<[^>]*>.*$/su, ''), maxTextCharacters),
  };
  const keywords = metadata.keywords.flatMap((word) => line(word, maxKeywordCharacters) ?? []);
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(keywords.length === 0 ? {} : { keywords: [...new Set(keywords)].slice(0, maxKeywords) }),
  };
}

/** The first address with one of these labels (well-known labels of project URLs, without punctuation and case). */
function labelled({ projectUrls }: CoreMetadata, labels: ReadonlySet<string>): string | undefined {
  return projectUrls.find(({ label }) => labels.has(label.replaceAll(/[\s\p{P}]/gu, '').toLowerCase()))?.url;
}

/** One line without control characters and halves of characters, which no database takes; undefined when nothing is left. */
function line(value: string | undefined, maxCharacters: number): string | undefined {
  const text = value
    ?.slice(0, maxCharacters * 2)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const short = text?.slice(0, maxCharacters).toWellFormed();
  return short === '' ? undefined : short;
}
