import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { RefusedAccess } from '@waybill/edge';
import { RefusalListener } from '@waybill/edge';
import { actorOfRequest } from './audit-actor.js';
import { Refusals } from './refusals.js';

/** Audits every refusal of more than reading, in the chain of whom it would have concerned (security.md W9). */
@Injectable()
export class RefusalAuditor extends RefusalListener {
  readonly #refusals: Refusals;

  constructor(refusals: Refusals) {
    super();
    this.#refusals = refusals;
  }

  override refused({ request, action, resource, code }: RefusedAccess): Promise<void> {
    // The route, and not the target: what is not there has no name, and somebody may have typed a secret.
    const route = `${request.method} ${request.routeOptions.url ?? '*'}`;
    const organizationId = resource !== undefined && 'organizationId' in resource ? resource.organizationId : undefined;
    return this.#refusals.record(actorOfRequest(request), {
      action: action === undefined ? 'access.change' : `access.${action}`,
      subject: resource === undefined ? `route:${route}` : subjectOf(resource),
      ...(organizationId === undefined ? {} : { organizationId }),
      details: { route, code },
    });
  }
}

function subjectOf(resource: Resource): string {
  switch (resource.kind) {
    case 'installation':
      return 'installation';
    case 'account':
      return `user:${resource.userId}`;
    case 'organization':
      return `organization:${resource.organizationId}`;
    case 'repository':
      return `repository:${resource.repositoryId}`;
    case 'package':
      return `package:${resource.repositoryId}/${resource.purl}`;
  }
}
