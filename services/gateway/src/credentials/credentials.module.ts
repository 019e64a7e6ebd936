import { Module } from '@nestjs/common';
import { introspectCredential } from '@waybill/contracts';
import { RequestClient } from '@waybill/messaging';
import type { PresentedCredential } from './find-credential.js';
import { PrincipalCache } from './principal-cache.js';
import type { Introspection, SeenFrom } from './principal-cache.js';
import { RevocationListener } from './revocation.listener.js';

const timeoutMs = 3000;

@Module({
  providers: [{ provide: PrincipalCache, inject: [RequestClient], useFactory: principalCache }, RevocationListener],
  exports: [PrincipalCache],
})
export class CredentialsModule {}

function principalCache(requests: RequestClient): PrincipalCache {
  return new PrincipalCache({
    introspect: ({ kind, hash }: PresentedCredential, from: SeenFrom | undefined): Promise<Introspection> => {
      if (kind === 'session') return requests.ask(introspectCredential, { kind, sessionHash: hash }, { timeoutMs });
      const met = from === undefined ? {} : { from };
      return requests.ask(introspectCredential, { kind, tokenHash: hash, ...met }, { timeoutMs });
    },
  });
}
