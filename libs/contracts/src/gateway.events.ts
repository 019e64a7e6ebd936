import { z } from 'zod';
import { eventType } from './event-envelope.js';
import { releasePurl, repositoryId } from './nouns.js';

/**
 * How often releases were downloaded through one gateway between two moments; sent every few seconds, only with counts
 * above zero. What a gateway had not sent yet when it was killed is lost. Aggregate: the gateway instance, counting its
 * batches. Consumers add, so they must not add one event id twice.
 */
export const downloadsCounted = eventType(
  'gateway.downloads.counted.v1',
  z.object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    downloads: z
      .array(z.object({ repositoryId, purl: releasePurl, count: z.int().positive() }))
      .min(1)
      .max(2000),
  }),
);
