import { BoundedCache, RemovalReason } from 'transitory';

/**
 * A map of bounded weight. What is asked for often stays and what comes by once leaves first (W-TinyLFU, arXiv 1512.00727):
 * a crawler that reads everything once does not push out what everybody installs.
 */
export class BoundedStore<Value extends object> {
  private readonly cache: BoundedCache<string, Value>;
  private readonly maxWeight: number;

  constructor(options: {
    /** Bytes. */
    readonly maxWeight: number;
    readonly weightOf: (value: Value, key: string) => number;
    /** Called for what leaves, whatever the reason, but not for a value that another one replaces. */
    readonly onLeave?: (key: string, value: Value) => void;
  }) {
    this.maxWeight = options.maxWeight;
    this.cache = new BoundedCache<string, Value>({
      maxSize: options.maxWeight,
      weigher: (key, value) => Math.ceil(options.weightOf(value, key)),
      removalListener: (key, value, reason) => {
        if (reason !== RemovalReason.REPLACED) options.onLeave?.(key, value);
      },
    });
  }

  /** Bytes, as `weightOf` counts them. */
  get weight(): number {
    return this.cache.weightedSize;
  }

  get size(): number {
    return this.cache.size;
  }

  get(key: string): Value | undefined {
    return this.cache.getIfPresent(key) ?? undefined;
  }

  /** Without counting as a use. */
  peek(key: string): Value | undefined {
    return this.cache.peek(key) ?? undefined;
  }

  /** May keep it or not. */
  set(key: string, value: Value): void {
    this.cache.set(key, value);
    // The library lets the bound be passed for some seconds and by a tenth; memory is not that patient.
    if (this.cache.weightedSize > this.maxWeight) this.cache.cleanUp();
  }

  delete(key: string): void {
    this.cache.delete(key);
  }

  keys(): string[] {
    return this.cache.keys();
  }

  clear(): void {
    this.cache.clear();
  }
}
