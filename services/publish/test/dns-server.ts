import { createServer as createSocket } from 'node:net';
import DNS from 'dns2';

/** A DNS server that knows the TXT records of a test, over UDP and TCP. */
export class DnsServer {
  readonly records = new Map<string, string[]>();
  /** The names it was asked for. */
  readonly asked: string[] = [];
  readonly #server: DNS.DnsServer;

  private constructor(readonly address: string) {
    this.#server = DNS.createServer({
      udp: true,
      tcp: true,
      handle: (request, send) => {
        const response = DNS.Packet.createResponseFromRequest(request);
        for (const question of request.questions) {
          this.asked.push(question.name);
          for (const data of this.records.get(question.name.toLowerCase()) ?? []) {
            response.answers.push(DNS.Packet.createResourceFromQuestion(question, { ttl: 1, data }));
          }
        }
        void send(response);
      },
    });
  }

  static async start(): Promise<DnsServer> {
    const port = await freePort();
    const server = new DnsServer(`127.0.0.1:${String(port)}`);
    const here = { port, address: '127.0.0.1' };
    await server.#server.listen({ udp: here, tcp: here });
    return server;
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }
}

// The address is configured before the server that is asked starts.
function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = createSocket();
  socket.once('error', reject);
  socket.listen(0, '127.0.0.1', () => {
    const address = socket.address();
    socket.close(() => {
      if (address === null || typeof address === 'string') reject(new Error('There is no port.'));
      else resolve(address.port);
    });
  });
  return promise;
}
