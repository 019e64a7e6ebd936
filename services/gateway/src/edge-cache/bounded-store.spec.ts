import { describe, expect, it } from 'vitest';
import { BoundedStore } from './bounded-store.js';

interface Thing {
  readonly weight: number;
}

function storeOf(maxWeight: number): { store: BoundedStore<Thing>; left: string[] } {
  const left: string[] = [];
  const store = new BoundedStore<Thing>({
    maxWeight,
    weightOf: (thing) => thing.weight,
    onLeave: (key) => left.push(key),
  });
  return { store, left };
}

describe('the bounded store', () => {
  it('never outweighs its bound, and says what leaves', () => {
    const { store, left } = storeOf(1000);
    for (let index = 0; index < 500; index += 1) {
      store.set(`thing-${String(index)}`, { weight: 1 + (index % 90) });
      expect(store.weight).toBeLessThanOrEqual(1000);
    }
    expect(store.size + left.length).toBe(500);
    store.clear();
    expect(store.weight).toBe(0);
  });

  it('keeps what is used often while others pass by once', () => {
    const { store } = storeOf(1000);
    const found: boolean[] = [];
    store.set('often', { weight: 100 });
    for (let index = 0; index < 2000; index += 1) {
      if (index % 5 === 0) found.push(store.get('often') !== undefined);
      store.set(`once-${String(index)}`, { weight: 100 });
    }
    expect(found).not.toContain(false);
  });

  it('does not keep what is heavier than everything together', () => {
    const { store } = storeOf(1000);
    store.set('light', { weight: 10 });
    store.set('heavy', { weight: 5000 });
    expect(store.get('heavy')).toBeUndefined();
    expect(store.weight).toBeLessThanOrEqual(1000);
  });

  it('works on after it was emptied, and takes a replaced value for no loss', () => {
    const { store, left } = storeOf(1000);
    store.set('one', { weight: 10 });
    store.clear();
    left.length = 0;
    store.set('one', { weight: 20 });
    store.set('one', { weight: 30 });
    expect(store.weight).toBe(30);
    expect(left).toEqual([]);
    for (let index = 0; index < 100; index += 1) store.set(String(index), { weight: 100 });
    expect(store.weight).toBeLessThanOrEqual(1000);
    store.clear();
  });
});
