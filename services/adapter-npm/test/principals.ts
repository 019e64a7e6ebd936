import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Grant, Principal } from '@waybill/domain';

export function person(...grants: Grant[]): Principal {
  return {
    kind: 'user',
    userId: randomUUID(),
    sessionId: randomUUID(),
    username: 'alice',
    installationAdmin: false,
    grants,
  } as unknown as Principal;
}

export function memberOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'member' });
}

export function readerOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'reader' });
}

export function adminOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'admin' });
}
