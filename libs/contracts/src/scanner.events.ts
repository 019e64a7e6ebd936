import { z } from 'zod';
import { eventType } from './event-envelope.js';
import { finding, releaseId } from './nouns.js';

/**
 * A release was looked at. `completed` is false when a check crashed, ran out of time or could not read the archive:
 * that is never clean (security.md I9). Aggregate: the release.
 */
export const scanCompleted = eventType(
  'scanner.scan.completed.v1',
  z.object({ releaseId, scanId: z.uuid(), completed: z.boolean(), findings: z.array(finding).max(10_000) }),
);
