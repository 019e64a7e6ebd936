import { z } from 'zod';
import { packagePurl, repositoryId } from './nouns.js';

/**
 * A read model has caught up with one package: sent on the plain bus (no stream) to whoever waits for it. Subject
 * `broadcast.<adapter>.package.projected`. A lost one only costs the waiter a look into the database.
 */
export const packageProjected = z.object({ repositoryId, packagePurl, aggregateVersion: z.int().positive() });
export type PackageProjected = z.infer<typeof packageProjected>;

export function packageProjectedSubject(adapter: string): string {
  return `broadcast.${adapter}.package.projected`;
}
