import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { credentialsChanged, credentialsChangedSubject } from '@waybill/contracts';
import type { TokenHash, UserId } from '@waybill/domain';
import type { PrincipalCache } from './principal-cache.js';

/**
 * What `auth` says has changed is forgotten before `auth` answers whoever changed it: it waits for the confirmation of
 * every gateway. The events of the same news come later and for those that were not there (security.md A11).
 */
export function listenForChangedCredentials(
  connection: NatsConnection,
  principals: Pick<PrincipalCache, 'revokeCredential' | 'forgetUser' | 'doubtAll'>,
  gatewayId: string,
): Subscription {
  const confirmation = JSON.stringify({ gatewayId });
  return connection.subscribe(credentialsChangedSubject, {
    callback: (error, message) => {
      if (error !== null) return;
      const news = credentialsChanged.safeParse(jsonOf(message.data));
      if (news.success) {
        for (const hash of news.data.revokedHashes) principals.revokeCredential(hash as TokenHash);
        for (const userId of news.data.changedUserIds) principals.forgetUser(userId as UserId);
      } else {
        principals.doubtAll();
      }
      message.respond(confirmation);
    },
  });
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString()) as unknown;
  } catch {
    return undefined;
  }
}
