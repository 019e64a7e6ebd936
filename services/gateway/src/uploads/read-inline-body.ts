import type { IncomingMessage } from 'node:http';
import { DomainError } from '@waybill/domain';

const brokenOff = 'The body was broken off.';

/** Whether a body was announced (RFC 9112, 6): by a length above zero or by a transfer coding. */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || (declaredLength(request) ?? 0) > 0;
}

export function declaredLength(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Refuses by the announced length, before a byte is read. Errors: `limit` `body.too-large`. */
export function requireDeclaredLengthWithin(request: IncomingMessage, maxBytes: number): void {
  if ((declaredLength(request) ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** A small body, whole. Errors: `limit` `body.too-large`, `invalid` `body.aborted`, and why the signal ended. */
export function readInlineBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) finish(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      finish(undefined);
    };
    const onBroken = (): void => {
      finish(new DomainError('invalid', 'body.aborted', brokenOff));
    };
    const onSignal = (): void => {
      finish(
        signal.reason instanceof DomainError ? signal.reason : new DomainError('invalid', 'body.aborted', brokenOff),
      );
    };
    function finish(error: DomainError | undefined): void {
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      signal.removeEventListener('abort', onSignal);
      if (error === undefined) resolve(Buffer.concat(chunks));
      else {
        request.pause();
        reject(error);
      }
    }
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
    signal.addEventListener('abort', onSignal, { once: true });
    if (signal.aborted) onSignal();
  });
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('limit', 'body.too-large', `The body is larger than ${String(maxBytes)} bytes.`, {
    details: { maxBytes },
  });
}
