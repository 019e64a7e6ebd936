import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { credentialsChanged, credentialsChangedSubject, heard } from '@waybill/contracts';
import type { TokenHash, UserId } from '@waybill/domain';
import type { PrincipalCache } from './principal-cache.js';

/**
 * What `auth` says has changed is forgotten before `auth` answers whoever changed it: it waits for the confirmation of
 * every gateway. The events of the same news come later and for those that were not there (security.md A11).
 */
export function listenForChangedCredentials(
  connection: NatsConnection,
  principals: Pick<PrincipalCache, 'revokeCredential' | 'forgetUser' | 'forgetAll' | 'doubtAll'>,
  gatewayId: string,
): Subscription {
  const confirmation = JSON.stringify({ gatewayId });
  return connection.subscribe(credentialsChangedSubject, {
    callback: (error, message) => {
      if (error !== null) return;
      const news = heard(credentialsChanged, message);
      if (news !== undefined) {
        for (const hash of news.revokedHashes) principals.revokeCredential(hash as TokenHash);
        for (const userId of news.changedUserIds) principals.forgetUser(userId as UserId);
        if (news.everybody === true) principals.forgetAll();
      } else {
        principals.doubtAll();
      }
      message.respond(confirmation);
    },
  });
}
