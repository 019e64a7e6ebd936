import type { IncomingMessage } from 'node:http';
import { DomainError } from '@waybill/domain';

export interface BodyPace {
  /** 0 for no bound. */
  readonly minBodyBytesPerSecond: number;
  /** Over which time the pace is measured: a network may stall for a while. */
  readonly bodyPaceWindowMs: number;
}

/**
 * Runs `receive` for as long as the body comes in at a fair pace. One that drips holds a connection, a file and a place
 * among the requests in work for next to nothing: then the signal ends. When it is we who do not read on, nothing is held
 * against the client. Errors: `invalid` `body.too-slow`, if `receive` hands on why its signal ended.
 */
export async function atFairPace<Result>(
  request: IncomingMessage,
  { minBodyBytesPerSecond, bodyPaceWindowMs }: BodyPace,
  signal: AbortSignal,
  receive: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (minBodyBytesPerSecond === 0) return receive(signal);
  const tooSlow = new AbortController();
  const minBytes = (minBodyBytesPerSecond * bodyPaceWindowMs) / 1000;
  let seenBytes = request.socket.bytesRead;
  const timer = setInterval(() => {
    const { bytesRead } = request.socket;
    const isOurFault = request.readableLength > 0;
    if (!request.complete && !isOurFault && bytesRead - seenBytes < minBytes) {
      tooSlow.abort(new DomainError('invalid', 'body.too-slow', 'The body came in too slowly.'));
    }
    seenBytes = bytesRead;
  }, bodyPaceWindowMs);
  try {
    return await receive(AbortSignal.any([signal, tooSlow.signal]));
  } finally {
    clearInterval(timer);
  }
}
