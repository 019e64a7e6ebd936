import { DomainError } from '@waybill/domain';
import type { EdgeClient, EdgeReply, EdgeRequest } from '@waybill/edge';
import { withRequestSpan } from '@waybill/observability';

export interface ForwardLimits {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

const firstAttemptShare = 3;

/**
 * One span for what goes to a service, with the service's own below it; what the gateway answers itself has none. Errors:
 * those of `work`.
 */
export function inSpan<Result>(
  { service, method, requestId }: { readonly service: string; readonly method: string; readonly requestId: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const attributes = { 'edge.service': service, 'http.request.method': method, 'request.id': requestId };
  return withRequestSpan(`${method} ${service}`, attributes, work);
}

/**
 * Sends a request to its service. A read that was not answered is asked once more: the queue group gives it to a peer. A
 * write is sent once and never again. Errors: `unavailable`.
 */
export async function forward(
  client: Pick<EdgeClient, 'send'>,
  service: string,
  request: Omit<EdgeRequest, 'timeoutMs' | 'deadline'>,
  limits: ForwardLimits,
): Promise<EdgeReply> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return client.send(service, { ...request, timeoutMs: limits.writeTimeoutMs });
  }
  const deadline = Date.now() + limits.readTimeoutMs;
  try {
    return await client.send(service, { ...request, timeoutMs: limits.readTimeoutMs / firstAttemptShare, deadline });
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'unavailable') throw error;
    return client.send(service, { ...request, timeoutMs: Math.max(1, deadline - Date.now()), deadline });
  }
}
