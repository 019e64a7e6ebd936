import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@waybill/testing';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = number | { status: number; headers?: Record<string, string>; body?: string } | 'hold';

/** Somebody's endpoint: a real HTTP server on loopback that remembers what it got. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #held: ServerResponse[] = [];
  #answer: (received: Received) => Answer = () => 200;
  /** The most that was in work at one time. */
  mostAtOnce = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const received = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() };
        this.received.push(received);
        this.#reply(response, this.#answer(received));
      });
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}${path}`;
  }

  /** What it answers from now on. */
  answers(answer: Answer | ((received: Received) => Answer)): void {
    this.#answer = typeof answer === 'function' ? answer : () => answer;
  }

  /** Answers everybody who waits. */
  release(status = 200): void {
    for (const response of this.#held.splice(0)) response.writeHead(status).end();
  }

  get held(): number {
    return this.#held.length;
  }

  /** What came to one path. */
  at(path: string): Received[] {
    return this.received.filter((received) => received.path === path);
  }

  /** Resolves when so many have come to a path, and answers them. */
  got(path: string, count: number): Promise<Received[]> {
    return eventually(() => {
      const found = this.at(path);
      if (found.length < count) throw new Error(`${found.length} of ${count} have come to ${path}.`);
      return found;
    });
  }

  async stop(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #reply(response: ServerResponse, answer: Answer): void {
    if (answer === 'hold') {
      this.#held.push(response);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#held.length);
      return;
    }
    const { status, headers = {}, body = '' } = typeof answer === 'number' ? { status: answer } : answer;
    response.writeHead(status, headers).end(body);
  }
}
