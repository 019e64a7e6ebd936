import { gatewayAliveSubject } from '@waybill/contracts';
import { request } from 'undici';
import { vi } from 'vitest';
import { anotherToken, newPerson } from './people.js';
import type { RunningGateway } from './running-gateway.js';
import { shelfRepository } from './toy-shelf.js';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly cacheStatus: string;
}

/** Asks a gateway over HTTP: the usual one, unless the request says from which. */
export function asking(usual: () => RunningGateway) {
  return async (
    path: string,
    headers: Record<string, string> = {},
    { from = usual(), method = 'GET' }: { from?: RunningGateway; method?: 'GET' | 'HEAD' } = {},
  ): Promise<Answer> => {
    const answer = await request(`${from.url}${path}`, { method, headers });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const cacheStatus = String(answer.headers['cache-status']);
    return { status: answer.statusCode, text: bytes.toString(), bytes, headers: answer.headers, cacheStatus };
  };
}

/** The credential of somebody who may read what is on the shelf, whoever else may, or may not. */
export function credentialOf(gateway: RunningGateway, mayRead: boolean): Record<string, string> {
  const { principal } = newPerson(gateway);
  if (principal.kind !== 'token') throw new Error('no token');
  const token = anotherToken(gateway, {
    ...principal,
    scopes: [{ actions: ['read'], on: { kind: 'everything' } }],
    grants: mayRead ? [{ kind: 'repository', repositoryId: shelfRepository.repositoryId, actions: ['read'] }] : [],
  });
  return { authorization: `Bearer ${token}` };
}

/** Resolves when the gateways know the toy service. */
export function knowsToy(...gateways: readonly RunningGateway[]): Promise<void> {
  return vi.waitFor(() => {
    if (gateways.some(({ directory }) => directory.replicasOf('toy') === 0))
      throw new Error('the service is not known yet');
  });
}

/** Resolves when so many gateways have been heard: whoever purges waits for those alone. */
export async function areHeard({ connection }: RunningGateway, count: number): Promise<void> {
  const heard = new Set<string>();
  for await (const beat of connection.subscribe(gatewayAliveSubject)) {
    heard.add(beat.string());
    if (heard.size === count) return;
  }
}
