/** Injection tokens of the messaging module. */
export const NATS_CONNECTION = Symbol('waybill.nats-connection');
export const MESSAGING_OPTIONS = Symbol('waybill.messaging-options');
