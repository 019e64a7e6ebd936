import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

import type { ClientOptions } from 'minio';

/** Idle sockets are dropped before a server drops them, so that a request rarely meets a closed one. */
const keepIdleSocketMs = 4_000;

type SendOptions = RequestOptions & { readonly protocol?: string | null };

/**
 * The transport of the client with what it lacks: a connection pool of its own and a time limit. The limit is on
 * silence, not on the whole transfer, and a download whose reader is slow is not silent.
 */
export function s3Transport(
  useSsl: boolean,
  idleTimeoutMs: number,
): Pick<ClientOptions, 'transport' | 'transportAgent'> {
  const agent = new (useSsl ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 256, timeout: keepIdleSocketMs });
  function request(options: SendOptions, onResponse?: (response: IncomingMessage) => void): ClientRequest {
    let received: IncomingMessage | undefined;
    const sent = (useSsl ? httpsRequest : httpRequest)({ ...options, timeout: idleTimeoutMs }, (response) => {
      received = response;
      onResponse?.(response);
    });
    sent.on('timeout', () => {
      const readerIsSlow = received !== undefined && received.readableLength > 0;
      if (!readerIsSlow) sent.destroy(Object.assign(new Error('The object store fell silent.'), { code: 'ETIMEDOUT' }));
    });
    return sent;
  }
  return { transport: { request: request as typeof httpRequest }, transportAgent: agent };
}
