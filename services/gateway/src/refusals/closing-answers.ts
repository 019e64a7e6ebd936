import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { closingAnswerText, problemOfParserError, tunnelRefused } from './closing-answer.js';

/** The requests of one connection, one after the other. */
export interface ConnectionLine {
  isBusy(socket: Socket): boolean;
  run(socket: Socket, work: () => Promise<void>): Promise<void>;
}

interface Taken {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * What is no HTTP (security.md W5): one answer and the end of the connection, so that nothing is read after it. The
 * answer never stands inside of another one, nor before one that is due: whoever shares the connection would take it for
 * the answer to a request of its own.
 */
export class ClosingAnswers {
  private readonly lastTaken = new WeakMap<Socket, Taken>();
  private readonly ending = new WeakSet<Socket>();

  constructor(private readonly line: ConnectionLine) {}

  /** To be told of every request that was parsed. Answers the response to the one before it on its connection. */
  taken(request: IncomingMessage, response: ServerResponse): ServerResponse | undefined {
    const before = this.lastTaken.get(request.socket)?.response;
    this.lastTaken.set(request.socket, { request, response });
    return before;
  }

  /** After an error of the parser or the socket. */
  unparsable(error: Error & { readonly code?: string }, socket: Socket): void {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else this.close(socket, closingAnswerText(problemOfParserError(error.code)));
  }

  /** CONNECT: Node has let go of the connection, and answers that are due on it would wait for ever. */
  tunnel(socket: Socket): void {
    if (this.line.isBusy(socket)) socket.destroy();
    else sendLast(socket, closingAnswerText(tunnelRefused));
  }

  private close(socket: Socket, answer: string): void {
    if (this.ending.has(socket)) return;
    this.ending.add(socket);
    if (!this.line.isBusy(socket)) {
      sendLast(socket, answer);
      return;
    }
    const last = this.lastTaken.get(socket);
    if (last === undefined || last.request.complete) {
      void this.line.run(socket, () => {
        sendLast(socket, answer);
        return Promise.resolve();
      });
      return;
    }
    // It is the body of a request in work that cannot be read, and its answer would wait for that body.
    const { response } = last;
    if (response.socket === socket && !response.headersSent) sendLast(socket, answer);
    else socket.destroy();
  }
}

function sendLast(socket: Socket, answer: string): void {
  socket.end(answer, () => {
    socket.destroy();
  });
}
