import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { DomainError } from '@waybill/domain';
import type { ConnectionsPerAddress } from '../limits/connections-per-address.js';
import type { ListenerLimits } from '../limits/listener-limits.js';
import { serverOptions } from '../limits/listener-limits.js';
import { closingAnswer, expectationFailed } from '../refusals/closing-answer.js';
import { ClosingAnswers } from '../refusals/closing-answers.js';
import { isTakenOver, OneAtATime } from './one-at-a-time.js';
import type { RequestHandler } from './request-handler.js';

export interface ListenAddress {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/**
 * The one HTTP server that clients see. It is node:http itself, without a framework: nothing may decode, normalize or
 * parse what has to reach the services as it was sent.
 */
export class EdgeListener {
  private readonly server: Server;
  private isDraining = false;
  private readonly inWork = new Set<Promise<void>>();
  private readonly pipelined = new OneAtATime();
  private readonly closing = new ClosingAnswers(this.pipelined);

  constructor(
    private readonly handler: Pick<RequestHandler, 'handle' | 'answerAtOnce'>,
    private readonly limits: ListenerLimits,
    connections: Pick<ConnectionsPerAddress, 'admit'>,
  ) {
    this.server = createServer(serverOptions(limits));
    this.server.maxConnections = limits.maxConnections;
    this.server.maxHeadersCount = limits.maxHeaderCount + 1;
    this.server.timeout = limits.idleTimeoutMs;
    this.server.on('connection', (socket: Socket) => {
      connections.admit(socket);
    });
    this.server.on('request', (request, response) => {
      this.take(request, response, false);
    });
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.take(request, response, true);
    });
    this.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
      const { status, headers, body } = closingAnswer(expectationFailed);
      response.writeHead(status, headers).end(body);
    });
    this.server.on('clientError', (error, socket: Socket) => {
      this.closing.unparsable(error, socket);
    });
    this.server.on('connect', (_request, socket: Socket) => {
      this.closing.tunnel(socket);
    });
  }

  /** Resolves to the port. Errors: `unavailable` `listener.cannot-listen` with the address in its message. */
  listen({ host, port }: ListenAddress): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (cause) => {
        reject(
          new DomainError(
            'unavailable',
            'listener.cannot-listen',
            `Cannot listen on ${host}:${String(port)}: ${cause.message}`,
            {
              cause,
            },
          ),
        );
      });
      this.server.listen({ host, port, backlog: 1024 }, () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Accepts nothing new, tells clients to go, finishes what is in work within the bound, then closes what is left. */
  async drain(): Promise<void> {
    if (!this.server.listening) return;
    this.isDraining = true;
    const closed = new Promise<void>((resolve) => {
      // Its own close() also ends connections whose answers are still on their way: it counts what was written as sent.
      NetServer.prototype.close.call(this.server, () => {
        resolve();
      });
    });
    const until = performance.now() + this.limits.drainMs;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.limits.drainMs);
    });
    while (this.inWork.size > 0 && performance.now() < until) await Promise.race([Promise.all(this.inWork), bound]);
    clearTimeout(timer);
    this.server.closeIdleConnections();
    const linger = setTimeout(() => {
      this.server.closeAllConnections();
    }, 500);
    await closed;
    clearTimeout(linger);
  }

  private take(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { socket } = request;
    const before = this.closing.taken(request, response);
    if (!this.pipelined.isBusy(socket)) {
      // Node gives a response its socket when the one before has left it.
      const isNext = response.socket === socket;
      if (isNext && !expectsContinue && !this.isDraining && this.handler.answerAtOnce(request, response)) {
        if (!isTakenOver(response)) this.follow(closeOf(response));
        return;
      }
      // Answered at once, and still on its way: who comes behind waits for it as for any other.
      if (!isNext && before !== undefined) void this.pipelined.run(socket, () => closeOf(before));
    }
    this.follow(
      this.pipelined.run(socket, async () => {
        // Node drops what a client sends right behind a request that asks for an upgrade: nothing more is read there.
        if (this.isDraining || request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
        const closed = closeOf(response);
        await this.handler.handle(request, response, expectsContinue);
        await closed;
      }),
    );
  }

  /** Work that has to be done before the gateway stops. */
  private follow(work: Promise<void>): void {
    this.inWork.add(work);
    void work.finally(() => this.inWork.delete(work));
  }
}

function closeOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.writableFinished || response.destroyed) resolve();
    else response.once('close', resolve);
  });
}
