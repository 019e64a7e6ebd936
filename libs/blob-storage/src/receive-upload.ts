import type { Readable } from 'node:stream';

import type { Digest, DigestAlgorithm } from '@waybill/domain';
import { DomainError } from '@waybill/domain';

import type { StageOptions } from './blob-store.js';
import { MeasuringStream } from './measuring-stream.js';

export interface ReceivedUpload {
  readonly sizeBytes: number;
  readonly digests: Partial<Record<DigestAlgorithm, Digest>>;
}

/**
 * Runs a source through a MeasuringStream into `store`. An error of the source, its early end and the signal break the
 * measured stream, so `store` has to look at one stream only. `store` has to clean up after itself when it rejects.
 * The source is unpiped and paused afterwards, not destroyed: destroying an HTTP request would cut off its answer.
 */
export async function receiveUpload(
  source: Readable,
  options: StageOptions,
  store: (measured: MeasuringStream) => Promise<void>,
): Promise<ReceivedUpload> {
  const measured = new MeasuringStream(options);
  let failure: unknown;
  function breakOff(error: unknown): void {
    failure ??= error;
    measured.destroy(failure instanceof Error ? failure : aborted(failure));
  }
  const onError = (error: unknown): void => breakOff(error instanceof DomainError ? error : aborted(error));
  const onClose = (): void => {
    if (!source.readableEnded) breakOff(aborted());
  };
  const onSignal = (): void => onError(options.signal?.reason);
  measured.on('error', (error) => {
    // Others come from what reads the stream, and `store` reports them.
    if (error instanceof DomainError) failure ??= error;
  });
  source.on('error', onError);
  source.on('close', onClose);
  options.signal?.addEventListener('abort', onSignal, { once: true });
  if (options.signal?.aborted === true) onSignal();
  else if (source.destroyed || source.readableEnded) onError(source.errored ?? undefined);
  else if (!measured.destroyed) source.pipe(measured);
  try {
    await store(measured);
    return { sizeBytes: measured.sizeBytes, digests: measured.digests };
  } catch (error) {
    source.unpipe(measured);
    source.pause();
    // Whoever destroys the source later must not bring the process down.
    source.on('error', ignore);
    measured.destroy();
    throw failure ?? error;
  } finally {
    source.off('error', onError);
    source.off('close', onClose);
    options.signal?.removeEventListener('abort', onSignal);
  }
}

function aborted(cause?: unknown): DomainError {
  return new DomainError('invalid', 'upload.aborted', 'The upload was broken off before its end.', {
    ...(cause === undefined ? {} : { cause }),
  });
}

function ignore(): void {
  // see receiveUpload
}
