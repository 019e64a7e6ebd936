import { etagOf } from '@waybill/management-api';
import type { FastifyReply } from 'fastify';
import type { OidcIssuerView } from './oidc-issuers.schema.js';
import { viewOfOidcIssuer } from './oidc-issuers.schema.js';
import type { SeenIssuer } from './seen-issuers.js';

/** One issuer, with the version that a change of it names. */
export function answer(reply: FastifyReply, seen: SeenIssuer): OidcIssuerView {
  reply.header('etag', etagOf(seen.issuer.version));
  return viewOfOidcIssuer(seen);
}
