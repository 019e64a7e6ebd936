import { boostHalvesAfterDays, isPartOfName, newestBoost, tiers } from '../query/ranking.rules.js';
import type { SearchText } from '../query/search-text.rules.js';
import { parseSearchText } from '../query/search-text.rules.js';
import type { NamedPackages, SearchQuery } from './search-index.js';
import { escapeLike, storableText } from './storable-text.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Collects values, and gives the placeholder of each. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** One statement for a page and the number of all; its only row has no purl when the page is empty. */
export function searchStatement(query: SearchQuery): Statement {
  const parameters = new Parameters();
  const repository = parameters.add(query.repositoryId);
  const text = parseSearchText(storableText(query.text));
  const tier = text === undefined ? `${tiers.none}` : tierSql(text, parameters);
  const conditions = [
    'visible',
    `repository_id = ${repository}`,
    `ecosystem = ${parameters.add(storableText(query.ecosystem))}`,
    ...filters(query, parameters),
    ...(text === undefined ? [] : [`(${matches(text, parameters).join(' OR ')})`]),
  ];
  const order = text === undefined ? 'published_at DESC, purl' : 'tier DESC, boost DESC, purl';
  const now = parameters.add(query.now);
  const sql = `
    WITH found AS MATERIALIZED (
      SELECT purl, published_at, ${tier} AS tier,
             log(1 + downloads::double precision) + ${newestBoost}::double precision / (1 +
               greatest(0, extract(epoch FROM ${now}::timestamptz - published_at)) / 86400 / ${boostHalvesAfterDays}
             ) AS boost
        FROM documents
       WHERE ${conditions.join(' AND ')}),
    page AS (
      SELECT *, row_number() OVER (ORDER BY ${order}) AS place FROM found
       ORDER BY ${order} LIMIT ${parameters.add(query.size)} OFFSET ${parameters.add(query.from)})
    SELECT total.total, page.tier, page.boost, documents.*
      FROM (SELECT count(*)::integer AS total FROM found) AS total
      LEFT JOIN (page JOIN documents ON documents.repository_id = ${repository}
                                    AND documents.purl = page.purl) ON true
     ORDER BY place`;
  return { sql, parameters: parameters.values };
}

function filters(query: SearchQuery, parameters: Parameters): string[] {
  const { keywords, namespace, username, visible } = query;
  return [
    ...(visible === 'everything' ? [] : [visibleSql(visible, parameters)]),
    ...(keywords.length === 0
      ? []
      : [`keywords @> ${parameters.add(keywords.map((word) => storableText(word.toLowerCase())))}::text[]`]),
    ...(namespace === undefined ? [] : [`namespace = ${parameters.add(storableText(namespace))}`]),
    ...(username === undefined ? [] : [`usernames @> ARRAY[${parameters.add(storableText(username.toLowerCase()))}]`]),
  ];
}

/** Documents of packages that say nothing have no visibility: they are as visible as their repository. */
function visibleSql(
  { saying, named, beginning }: Exclude<SearchQuery['visible'], 'everything'>,
  parameters: Parameters,
): string {
  const said = `coalesce(own_visibility, '')`;
  const anyOf = `${said} = ANY (${parameters.add(saying.map((visibility) => visibility ?? ''))}::text[])`;
  const names = pairsIn(named, parameters);
  const prefixes = pairsIn(beginning, parameters);
  return `(${anyOf} OR (purl, ${said}) IN (SELECT given.purl, given.said FROM ${names})
           OR EXISTS (SELECT FROM ${prefixes} WHERE given.said = ${said} AND starts_with(documents.purl, given.purl)))`;
}

function pairsIn(named: readonly NamedPackages[], parameters: Parameters): string {
  const pairs = named.flatMap(({ purl, saying }) => saying.map((visibility) => [purl, visibility ?? ''] as const));
  const purls = parameters.add(pairs.map(([purl]) => purl));
  const said = parameters.add(pairs.map(([, one]) => one));
  return `unnest(${purls}::text[], ${said}::text[]) AS given (purl, said)`;
}

/** Each can be looked up in an index of its own; a document is found by any of them. */
function matches(text: SearchText, parameters: Parameters): string[] {
  // A name may have no letters at all, such as npm's package `-`.
  if (text.key === '') return [`(full_key = '' AND full_name = ${parameters.add(text.literal)})`];
  const begins = parameters.add(`${escapeLike(text.key)}%`);
  return [
    `name_key LIKE ${begins}`,
    `full_key LIKE ${begins}`,
    ...(isPartOfName(text) ? [`full_key LIKE ${parameters.add(`%${escapeLike(text.key)}%`)}`] : []),
    `found_by @@ (${textQuery(text, parameters)})`,
  ];
}

function tierSql(text: SearchText, parameters: Parameters): string {
  const key = parameters.add(text.key);
  const begins = parameters.add(`${escapeLike(text.key)}%`);
  const part = isPartOfName(text) ? `full_key LIKE ${parameters.add(`%${escapeLike(text.key)}%`)}` : 'false';
  return `CASE
    WHEN full_name = ${parameters.add(text.literal)} THEN ${tiers.sameName}
    WHEN ${key} IN (name_key, full_key) THEN ${tiers.sameLetters}
    WHEN name_key LIKE ${begins} OR full_key LIKE ${begins} THEN ${tiers.nameBegins}
    WHEN ${part} THEN ${tiers.nameContains}
    ELSE ${tiers.text} END`;
}

function textQuery(text: SearchText, parameters: Parameters): string {
  const words = parameters.add(text.words.join(' '));
  return `plainto_tsquery('simple', ${words}) || plainto_tsquery('english', ${words})`;
}
