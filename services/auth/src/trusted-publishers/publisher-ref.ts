import type { PublisherId } from '@waybill/domain';
import { callerOf } from '@waybill/edge';
import { requireMatch } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../grants/grants.reader.js';
import { notThere } from '../not-there.js';
import type { PublisherRef } from './publisher-changes.service.js';

/** The publisher that a request names, and the version that it is about. Throws what is thrown for what there is not. */
export function refOf(request: FastifyRequest, id: string): Omit<PublisherRef, 'within'> {
  if (!isUuid(id)) throw notThere(callerOf(request));
  return {
    publisherId: id as PublisherId,
    requireVersion: (version) => {
      requireMatch(request, version);
    },
  };
}
