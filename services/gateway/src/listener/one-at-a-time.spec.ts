import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

describe('pipelined requests', () => {
  it('run one after the other on one connection, and beside those of another', async () => {
    const line = new OneAtATime();
    const [one, other] = [new Socket(), new Socket()];
    const order: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const runs = [
      line.run(one, () => first.promise.then(() => void order.push('first'))),
      line.run(one, () => Promise.resolve(void order.push('second'))),
      line.run(other, () => Promise.resolve(void order.push('other'))),
    ];
    await runs[2];
    first.resolve(undefined);
    await Promise.all(runs);
    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('do not run behind an answer that closes, also when that is done already (W5)', async () => {
    const line = new OneAtATime();
    const socket = new Socket();
    await line.run(socket, () => Promise.resolve(void socket.end()));
    let ran = 0;
    await line.run(socket, () => Promise.resolve(void (ran += 1)));
    expect(ran).toBe(0);
  });

  it('do not run when the connection has ended, and end it when they are too many', async () => {
    const line = new OneAtATime();
    const socket = new Socket();
    const first = Promise.withResolvers<undefined>();
    let ran = 0;
    const runs = [line.run(socket, () => first.promise)];
    for (let index = 0; index < 9; index += 1) {
      runs.push(
        line.run(socket, () => {
          ran += 1;
          return Promise.resolve();
        }),
      );
    }
    expect(socket.destroyed).toBe(true);
    first.resolve(undefined);
    await Promise.all(runs);
    expect(ran).toBe(0);
  });
});
