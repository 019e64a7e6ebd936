import type { Finding, Verdict } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { PackageEntity } from './package.entity.js';

type Closable = Pick<PackageEntity, 'archived' | 'deletedAt'>;

/** Refuses what would put anything new into a package. Errors: `conflict` `package.archived` | `package.deleted`. */
export function assertOpen({ archived, deletedAt }: Closable): void {
  if (deletedAt !== null) {
    throw new DomainError(
      'conflict',
      'package.deleted',
      'This package was deleted, and its name stays its own: restore it to publish to it again.',
    );
  }
  if (archived) {
    throw new DomainError('conflict', 'package.archived', 'This package is archived: nothing new is published to it.');
  }
}

/**
 * What is decided on a release that was on its way when its package was archived or deleted: what would be published waits for
 * a person instead.
 */
export function decisionWhileClosed<
  Decision extends { readonly verdict: Verdict; readonly reasons: readonly Finding[] },
>(decision: Decision, { archived, deletedAt }: Closable): Decision {
  if (decision.verdict !== 'published' || (!archived && deletedAt === null)) return decision;
  const closed: Finding =
    deletedAt === null
      ? {
          rule: 'P15',
          code: 'package.archived',
          level: 'hold',
          message: 'Its package was archived before it was published.',
        }
      : {
          rule: 'P15',
          code: 'package.deleted',
          level: 'hold',
          message: 'Its package was deleted before it was published.',
        };
  return { ...decision, verdict: 'held', reasons: [closed, ...decision.reasons] };
}
