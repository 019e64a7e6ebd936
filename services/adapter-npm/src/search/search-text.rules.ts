const maxTextCharacters = 500;
const maxKeywords = 20;
const maxWordCharacters = 200;

/** What `text` asks for, taken apart. */
export interface SearchText {
  readonly text: string;
  readonly keywords: readonly string[];
  /** An npm scope with its `@`. */
  readonly scope: string | undefined;
  readonly username: string | undefined;
}

const qualifier = /^([a-z-]+):(.*)$/;
// Meant for npm's own ranking, and without a meaning here.
const ignored = new Set(['is', 'not', 'boost-exact', 'quality-weight', 'popularity-weight', 'maintenance-weight']);

/**
 * Takes the qualifiers of npm's search out of its text: `keywords:a,b`, `scope:acme`, `author:alice`, `maintainer:alice`
 * (npm/registry docs/REGISTRY-API.md). All keywords must be there. What has a colon and is no qualifier stays a word.
 */
export function parseSearchText(input: string): SearchText {
  const words: string[] = [];
  const keywords: string[] = [];
  let scope: string | undefined;
  let username: string | undefined;
  for (const word of input.slice(0, maxTextCharacters).split(/\s+/)) {
    const [, name = '', value = ''] = qualifier.exec(word) ?? [];
    if (ignored.has(name)) continue;
    if (name === 'keywords' && value !== '') keywords.push(...value.split(/[,+]/).filter((keyword) => keyword !== ''));
    else if (name === 'scope' && value !== '') scope = bounded(value.startsWith('@') ? value : `@${value}`);
    else if ((name === 'author' || name === 'maintainer') && value !== '') username = bounded(value);
    else if (word !== '') words.push(word);
  }
  return {
    text: words.join(' '),
    keywords: [...new Set(keywords.map(bounded))].slice(0, maxKeywords),
    scope,
    username,
  };
}

function bounded(word: string): string {
  return word.slice(0, maxWordCharacters).toWellFormed();
}
