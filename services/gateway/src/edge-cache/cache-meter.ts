import { Counter, Gauge, type Registry } from 'prom-client';

/** What the edge cache did, counted without costing a hit anything; read when somebody looks. */
export class CacheMeter {
  hits = 0;
  misses = 0;
  stale = 0;
  protected answers: Counter | undefined;
  protected held: Gauge | undefined;

  /** `bytes` tells how much memory the cache holds, by its own estimate. */
  publish(registry: Registry, bytes: () => number): void {
    const registers = [registry];
    const counted = { hit: () => this.hits, miss: () => this.misses, stale: () => this.stale };
    this.answers = new Counter({
      name: 'waybill_edge_cache_answers_total',
      help: 'Cacheable reads by how they were answered: from memory, by a service, from memory while a service was away.',
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(counted)) this.inc({ outcome }, count());
      },
    });
    this.held = new Gauge({
      name: 'waybill_edge_cache_bytes',
      help: 'Memory that kept answers and small blobs take, by estimate.',
      registers,
      collect() {
        this.set(bytes());
      },
    });
  }
}
