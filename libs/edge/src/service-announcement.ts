import { Svcm } from '@nats-io/services';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { edgeStartedSubject, edgeStoppedSubject } from '@waybill/contracts';
import type { EdgeDescription } from './edge-description.js';
import { edgeSubject } from './edge-message.js';

/** Under this key of the NATS service metadata stands the description, as JSON. */
export const descriptionMetadataKey = 'waybill.edge';

export interface AnnouncedService {
  /** No new requests; what is queued already is still delivered. */
  stop(): Promise<void>;
}

/**
 * Registers a service with the NATS services API (ADR-32: `$SRV.PING`, `$SRV.INFO`, `$SRV.STATS`), takes its requests
 * as one of a queue group, and tells the gateways that it is there.
 */
export async function announceService(
  connection: NatsConnection,
  description: EdgeDescription,
  options: { readonly version: string; readonly onRequest: (message: Msg) => void },
): Promise<AnnouncedService> {
  const service = await new Svcm(connection).add({
    name: description.service,
    version: options.version,
    description: `Answers HTTP requests for ${description.prefixes.join(' ')}`,
    queue: description.service,
    metadata: { [descriptionMetadataKey]: JSON.stringify(description) },
  });
  service.addEndpoint('http', {
    subject: edgeSubject(description.service),
    queue: description.service,
    handler: (_error, message) => {
      options.onRequest(message);
    },
  });
  await connection.flush();
  connection.publish(edgeStartedSubject(description.service), JSON.stringify(service.info()));
  // Who waits for the start of a service may ask for it right after: the announcement is on its way by then.
  await connection.flush();
  return {
    stop: async () => {
      if (!connection.isClosed()) connection.publish(edgeStoppedSubject(description.service), service.info().id);
      await service.stop();
    },
  };
}
