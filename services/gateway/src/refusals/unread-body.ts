import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What happens to the rest of a body that nobody wants any more. A client that sends before it reads would lose the
 * refusal if the connection was cut at once, so the rest is read and thrown away, up to a bound in bytes and time.
 */
export function discardUnreadBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: { readonly maxDiscardedBytes: number; readonly discardTimeoutMs: number },
): void {
  if (request.readableEnded || request.destroyed) return;
  const { socket } = request;
  let discarded = 0;
  const timer = setTimeout(cut, limits.discardTimeoutMs);
  function cut(): void {
    clearTimeout(timer);
    socket.destroy();
  }
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > limits.maxDiscardedBytes && response.writableFinished) cut();
  });
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.once('end', () => {
    clearTimeout(timer);
  });
  request.resume();
}
