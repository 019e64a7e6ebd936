import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from '../../registry.js';

/** The part of a version's `dist` that says what it is. */
export interface Dist {
  integrity: string;
  signatures?: { keyid: string; sig: string }[];
}

export interface TamperingRegistry extends AsyncDisposable {
  readonly registryUrl: string;
}

/** Somebody between a client and a repository of the running Waybill, who changes every version in its packuments. */
export async function startTamperingRegistry(tamper: (dist: Dist) => void): Promise<TamperingRegistry> {
  const registry = new Registry();
  const server = createServer((request, response) => void passOn(registry, tamper, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    registryUrl: registry.registryUrl().replace(registry.url, `http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      const end = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await end;
    },
  };
}

async function passOn(
  registry: Registry,
  tamper: (dist: Dist) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { accept = '*/*', authorization = '' } = request.headers;
  const answer = await registry.get(request.url ?? '/', { accept, authorization });
  const type = answer.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': type });
  response.end(answer.ok && type.includes('json') ? tampered(bytes, tamper) : bytes);
}

function tampered(bytes: Buffer, tamper: (dist: Dist) => void): string {
  const document = JSON.parse(bytes.toString()) as { versions?: Record<string, { dist: Dist }> };
  for (const { dist } of Object.values(document.versions ?? {})) tamper(dist);
  return JSON.stringify(document);
}
