import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import type { OrganizationId } from '@waybill/domain';
import type { TransferEntity, TransferState } from './transfer.entity.js';
import { transferStates } from './transfer.entity.js';
import { stateOf } from './transfer.rules.js';

export class TransfersQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(transferStates)
  state?: TransferState;
}

export class OfferBody {
  /** The exact name of the organization that is to have it. */
  @IsString()
  @Length(1, 64)
  @Matches(/^[a-z0-9-]+$/, { message: 'to is no name of an organization' })
  to!: string;
}

export class AcceptBody {
  /** Of a package: the slug of the repository that it goes to. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(/^[a-z0-9-]+$/, { message: 'repository is no slug' })
  repository?: string;
}

export const transferView = z.object({
  transferId: z.uuid(),
  kind: z.enum(['repository', 'namespace', 'package']),
  /** The slug of the repository, the pattern of the namespace, or the purl of the package. */
  name: z.string(),
  /** The organization that offers it; its name where it still has one. */
  from: z.object({ organizationId: z.uuid(), name: z.string().nullable() }),
  /** The name it was offered to, which tells nothing about whether there is such an organization. */
  to: z.object({ name: z.string() }),
  state: z.enum(transferStates),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
});
export type TransferView = z.infer<typeof transferView>;

export function viewOf(transfer: TransferEntity, names: ReadonlyMap<OrganizationId, string>): TransferView {
  const { transferId, kind, subjectName, fromOrganizationId, toName, requestedBy, settledAt } = transfer;
  return {
    transferId,
    kind,
    name: subjectName,
    from: { organizationId: fromOrganizationId, name: names.get(fromOrganizationId) ?? null },
    to: { name: toName },
    state: stateOf(transfer),
    requestedBy,
    requestedAt: transfer.requestedAt.toISOString(),
    expiresAt: transfer.expiresAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
  };
}
