import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { repositoryChanged } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { memberOf, person } from './principals.js';
import { type RunningPublish, startPublish } from './running-publish.js';

export type TransfersGround = Awaited<ReturnType<typeof startTransfersGround>>;

/** `acme`, which hands repositories over, and `globex`, whose administrator is the receiver. */
export async function startTransfersGround() {
  const publish: RunningPublish = await startPublish();
  const target = randomUUID() as OrganizationId;
  const receiver = memberOf(target, 'admin');
  await publish.organization('acme');
  await publish.organization('globex', target);

  function offer({ slug }: RepositoryFacts, to = 'globex', as: Principal = publish.owner) {
    return publish.http('POST', `/api/v1/repositories/${slug}/transfer`, { as, body: { to } });
  }

  function settle(transferId: unknown, verb: 'accept' | 'decline' | 'cancel', as: Principal = receiver) {
    return publish.http('POST', `/api/v1/transfers/${String(transferId)}/${verb}`, { as });
  }

  async function owned({ slug }: RepositoryFacts, as: Principal): Promise<unknown> {
    const answer = await publish.http('GET', `/api/v1/repositories/${slug}`, { as });
    return answer.status === 200 ? answer.json['organizationId'] : answer.status;
  }

  async function transferEvents({ repositoryId }: RepositoryFacts): Promise<unknown[]> {
    const events = await publish.replay({ types: [repositoryChanged.type] });
    return events.filter(({ subject }) => subject === repositoryId).map(({ data }) => data);
  }

  async function audited({ repositoryId }: RepositoryFacts): Promise<unknown[]> {
    const rows = await publish.query(
      `SELECT action, organization_id FROM audit_events WHERE subject = $1 AND action <> 'repository.create' ORDER BY at`,
      [`repository:${repositoryId}`],
    );
    return rows.map((row) => [row['action'], row['organization_id']]);
  }

  function adminOfBoth(): Principal {
    return person(
      [publish.organizationId, target].map((organizationId) => ({
        kind: 'organization',
        organizationId,
        role: 'admin',
      })),
    );
  }

  return { publish, target, receiver, offer, settle, owned, transferEvents, audited, adminOfBoth };
}
