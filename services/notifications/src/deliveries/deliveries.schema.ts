import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { IsIn } from 'class-validator';
import { z } from 'zod';
import { deathReasons, type DeliveryState, deliveryStates } from './delivery.entity.js';

export class ListDeliveriesQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(deliveryStates)
  state?: DeliveryState;
}

export const deliveryView = z.object({
  id: z.uuid(),
  /** `webhook-id` of the request, and `id` of the CloudEvent. */
  eventId: z.uuid(),
  eventType: z.string(),
  state: z.enum(deliveryStates),
  /** Why it is a dead letter. */
  deadBecause: z.enum(deathReasons).nullable(),
  attempts: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  nextAttemptAt: z.iso.datetime().nullable(),
  settledAt: z.iso.datetime().nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

export const deliveryDetailView = deliveryView.extend({
  /** The CloudEvent. */
  event: z.unknown(),
  /** The latest fifty attempts, oldest first. One that a crash cut off is not among them. */
  attemptLog: z.array(
    z.object({
      number: z.int().positive(),
      at: z.iso.datetime(),
      durationMs: z.int().nonnegative(),
      status: z.int().nullable(),
      error: z.string().nullable(),
      /** The beginning of what the endpoint answered. Untrusted text. */
      answer: z.string().nullable(),
    }),
  ),
});
export type DeliveryDetailView = z.infer<typeof deliveryDetailView>;
