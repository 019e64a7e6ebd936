import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly statusCode: number;
  readonly response: string | ArrayBufferView;
  readonly contentType?: string;
}

/** Path without its query → what answers there, whichever host was meant. */
export type Routes = ReadonlyMap<string, Route>;
export type Route = (body: Buffer) => Answer | Promise<Answer>;

export interface LocalInternet {
  /** The routes by plain HTTP; also the proxy through which clients reach the hosts by HTTPS. */
  readonly url: string;
  /** In PEM: whoever trusts it finds all hosts trustworthy. */
  readonly certificate: string;
  readonly stop: () => Promise<void>;
}

/**
 * These hosts as clients see them through a proxy (`CONNECT`, RFC 9110 §9.3.6), without leaving the machine. Every other
 * host is refused, so that a test cannot depend on the real internet by mistake.
 */
export async function startLocalInternet(hosts: readonly string[], routes: Routes): Promise<LocalInternet> {
  const altNames = hosts.map((value) => ({ type: 2 as const, value }));
  // Not before it is needed: most tests that load this library have no use for it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'A local internet' }], {
    // Native clients take no SHA-1, and no authority for a server.
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames },
    ],
  });
  const answer = (request: IncomingMessage, response: ServerResponse) => void answerFrom(routes, request, response);
  const secure = await listening(createHttpsServer({ key: made.private, cert: made.cert }, answer));
  const proxy = createHttpServer(answer);
  proxy.on('connect', (request, client, head) => {
    client.on('error', () => client.destroy());
    if (!hosts.includes((request.url ?? '').replace(/:443$/, ''))) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const target = connect(portOf(secure), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await listening(proxy);
  return {
    url: `http://127.0.0.1:${portOf(proxy)}`,
    certificate: made.cert,
    stop: async () => {
      await Promise.all([closed(proxy), closed(secure)]);
    },
  };
}

async function answerFrom(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = routes.get(new URL(request.url ?? '/', 'http://localhost').pathname);
  const body = await buffer(request);
  const answer = route === undefined ? { statusCode: 404, response: 'Not found' } : await route(body);
  response.writeHead(answer.statusCode, { 'content-type': answer.contentType ?? 'application/octet-stream' });
  response.end(typeof answer.response === 'string' ? answer.response : bytesOf(answer.response));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function listening<Any extends Server>(server: Any): Promise<Any> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  const end = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await end;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
