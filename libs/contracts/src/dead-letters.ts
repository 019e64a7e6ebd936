import { z } from 'zod';

/** Events that a service could not handle, or that have no form of theirs: `dead-letter.<service>.<type>`, kept for 90 days. */
export const deadLetterStream = 'DEAD_LETTERS';
export const deadLetterSubjects = 'dead-letter.>';

export function deadLetterSubject(service: string, type: string): string {
  return `dead-letter.${service}.${type}`;
}

/** What a subject says; undefined for one that is none of a dead letter. */
export function deadLetterOf(subject: string): { readonly service: string; readonly type: string } | undefined {
  const [, service, type] = /^dead-letter\.([a-z0-9-]+)\.(.+)$/.exec(subject) ?? [];
  return service === undefined || type === undefined ? undefined : { service, type };
}

/** The consumer through which a service reads one of its own dead letters again, and no others (security.md W10). */
export function deadLetterConsumer(service: string): string {
  return `retry-${service}`;
}

/** Where a service is asked to handle one of its dead letters once more; asked by `publish`, for those who run the installation. */
export function deadLetterRetrySubject(service: string): string {
  return `dead-letter-retry.${service}`;
}

/** The number of the letter in its stream: what it says, the service reads for itself. */
export const deadLetterRetry = z.object({ sequence: z.int().positive() });

/** `busy`: another one is being handled. `failed`: it still cannot be handled; the letter stays. */
export const deadLetterOutcome = z.object({ outcome: z.enum(['done', 'failed', 'absent', 'busy']) });
export type DeadLetterOutcome = z.infer<typeof deadLetterOutcome>['outcome'];
