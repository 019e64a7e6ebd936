import { describe, expect, it } from 'vitest';

import { natsConfigText } from './nats-config.js';

const files = { storeDir: '/data/store', pidFile: '/data/pid', serverName: 'waybill-1' };

describe('the configuration of nats-server', () => {
  it('turns an empty list of allowed subjects into nothing, not into everything (W10)', () => {
    const users = [{ user: 'a', password: 'p', permissions: { publish: { allow: [] }, subscribe: { allow: ['x'] } } }];
    expect(JSON.parse(natsConfigText({ users }, files))).toMatchObject({
      host: '127.0.0.1',
      authorization: { users: [{ permissions: { publish: { deny: ['>'] }, subscribe: { allow: ['x'] } } }] },
    });
  });

  it.each(['with space', 'quote"', 'back\\slash', 'new\nline', ''])('refuses the password %j', (password) => {
    expect(() => natsConfigText({ users: [{ user: 'a', password }] }, files)).toThrow('character');
  });
});
