import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { confirmApprovers } from '@waybill/contracts';
import { isGivenTo } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import { IntrospectionRepository } from '../introspection/introspection.repository.js';
import { grantsOfPerson } from '../introspection/person-grants.rules.js';

/** People who have approved releases, and whether they still may, asked by the service that counts them. */
@Controller()
export class ApproversMessageController {
  constructor(private readonly people: IntrospectionRepository) {}

  @Answers(confirmApprovers)
  async confirm({ approvals }: RequestOf<typeof confirmApprovers>): Promise<ReplyOf<typeof confirmApprovers>> {
    const found = await this.people.findPeople([...new Set(approvals.map(({ userId }) => userId))]);
    const known = new Map(
      found.map(({ userId, installationAdmin, ...given }) => [
        userId,
        { installationAdmin, grants: grantsOfPerson(given).grants },
      ]),
    );
    const mayApprove = approvals.map(({ userId, packagePurl: purl, ...place }) => {
      const person = known.get(userId);
      return person !== undefined && isGivenTo(person, 'approve', { kind: 'package', purl, ...place });
    });
    return { mayApprove };
  }
}
