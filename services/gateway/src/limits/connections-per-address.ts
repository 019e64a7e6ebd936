import type { Socket } from 'node:net';
import { addressKey } from './address-key.js';

/** How many connections one client address has open; proxies of ours speak for many and are not counted (security.md W4). */
export class ConnectionsPerAddress {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly most: number,
    private readonly isProxy: (address: string) => boolean,
  ) {}

  /** Counts a connection until it closes; false, and it is closed at once, when its address has too many. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    if (this.most === 0 || this.isProxy(address)) return true;
    const key = addressKey(address);
    const count = this.open.get(key) ?? 0;
    if (count >= this.most) {
      socket.destroy();
      return false;
    }
    this.open.set(key, count + 1);
    socket.once('close', () => {
      const left = (this.open.get(key) ?? 1) - 1;
      if (left === 0) this.open.delete(key);
      else this.open.set(key, left);
    });
    return true;
  }
}
