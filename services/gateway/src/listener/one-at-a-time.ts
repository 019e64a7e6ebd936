import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const maxPipelined = 8;

interface Line {
  length: number;
  last: Promise<void>;
}

/**
 * Requests that a client pipelines on one connection, served one after the other. Node starts them all at once, and the
 * answer of one that waits behind others may never learn that its connection has gone.
 */
export class OneAtATime {
  private readonly lines = new WeakMap<Socket, Line>();

  /** Runs `work` when all before it on this connection is done; never, when the connection ended meanwhile. */
  run(socket: Socket, work: () => Promise<void>): Promise<void> {
    // A connection whose last answer said that it closes takes no more requests.
    const isOver = (): boolean => socket.destroyed || socket.writableEnded;
    if (isOver()) return Promise.resolve();
    const line = this.lines.get(socket);
    if (line === undefined || line.length === 0) {
      const started = work();
      this.lines.set(socket, { length: 1, last: started });
      return started.finally(() => {
        this.leave(socket);
      });
    }
    if (line.length >= maxPipelined) {
      socket.destroy();
      return Promise.resolve();
    }
    line.length += 1;
    line.last = line.last
      .then(() => (isOver() ? undefined : work()))
      .finally(() => {
        this.leave(socket);
      });
    return line.last;
  }

  isBusy(socket: Socket): boolean {
    return (this.lines.get(socket)?.length ?? 0) > 0;
  }

  private leave(socket: Socket): void {
    const line = this.lines.get(socket);
    if (line !== undefined) line.length -= 1;
  }
}

/** Whether a whole answer is with the operating system. Node says that it is finished only a turn later. */
export function isTakenOver(response: ServerResponse): boolean {
  return response.writableEnded && response.writableLength === 0 && !response.destroyed;
}
