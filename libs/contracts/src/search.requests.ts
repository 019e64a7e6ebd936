import { z } from 'zod';
import { packagePurl, principal, releaseSummary, repositoryId } from './nouns.js';
import { everyAdapter, requestType } from './request-type.js';

const word = z.string().min(1).max(200);

/**
 * Published packages of one repository, best first: exact name, name begins with, name contains, text; then recency and
 * downloads. The caller has authorized `read` on the repository; `principal` is asked again per hit where grants reach
 * deeper (security.md A5). An empty query lists all, newest first. Errors: `unavailable`.
 */
export const searchPackages = requestType({
  subject: 'search.package.query.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    ecosystem: z.string().max(50),
    text: z.string().max(500),
    /** All must be among the package's keywords. */
    keywords: z.array(word).max(20).default([]),
    /** The purl's namespace: an npm scope with its `@`, a vendor, a group. */
    namespace: word.exactOptional(),
    /** Publisher or owner by user name. */
    username: word.exactOptional(),
    from: z.int().min(0).max(10_000),
    size: z.int().min(0).max(250),
  }),
  reply: z.object({
    total: z.int().nonnegative(),
    packages: z.array(
      z.object({
        packagePurl,
        version: z.string(),
        summary: releaseSummary,
        publishedAt: z.iso.datetime(),
        publishedBy: z.string(),
        deprecated: z.boolean(),
        /** Of the last 30 days. */
        downloads: z.int().nonnegative(),
        /** 0 to 1, for display; the order of the list is what counts. */
        score: z.number().min(0).max(1),
      }),
    ),
  }),
});
