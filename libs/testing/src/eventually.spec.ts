import { describe, expect, it } from 'vitest';

import { eventually } from './eventually.js';

describe('eventually', () => {
  it('repeats until the assertion holds, and answers its value', async () => {
    let tries = 0;
    const value = await eventually(
      () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return tries;
      },
      { everyMs: 1 },
    );
    expect(value).toBe(3);
  });

  it('throws what the assertion threw last', async () => {
    const never = eventually(() => Promise.reject(new Error('never')), { timeoutMs: 10, everyMs: 1 });
    await expect(never).rejects.toThrow('never');
  });
});
