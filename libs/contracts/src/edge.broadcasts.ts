/** A replica of a service takes HTTP requests from now on; the payload is its `$SRV.INFO` answer. `*` for all services. */
export function edgeStartedSubject(service: string): string {
  return `broadcast.${service}.edge.started`;
}

/** A replica takes no more requests; the payload is its id in the NATS services API. `*` for all services. */
export function edgeStoppedSubject(service: string): string {
  return `broadcast.${service}.edge.stopped`;
}
