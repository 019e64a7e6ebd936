import { anonymous, DomainError } from '@waybill/domain';
import type { EdgeReply, EdgeRequest } from '@waybill/edge';
import { describe, expect, it } from 'vitest';
import { forward } from './forward.js';

const limits = { readTimeoutMs: 3000, writeTimeoutMs: 9000 };
const ok: EdgeReply = { status: 200, headers: {}, body: { kind: 'inline', bytes: Buffer.alloc(0) } };

function request(method: string): Omit<EdgeRequest, 'timeoutMs' | 'deadline'> {
  const sender = { externalUrl: 'http://x', clientAddress: '', requestId: 'r' };
  return { method, target: '/x', headers: {}, principal: anonymous, ...sender };
}

class Peers {
  readonly sent: EdgeRequest[] = [];

  constructor(private readonly failures: DomainError[]) {}

  send(_service: string, sent: EdgeRequest): Promise<EdgeReply> {
    this.sent.push(sent);
    const failure = this.failures.shift();
    return failure === undefined ? Promise.resolve(ok) : Promise.reject(failure);
  }
}

const silent = (): DomainError => new DomainError('unavailable', 'service.timeout', 'no answer');

describe('forwarding', () => {
  it('asks a peer once when a read was not answered, within one deadline', async () => {
    const peers = new Peers([silent()]);
    expect(await forward(peers, 'toy', request('GET'), limits)).toBe(ok);
    expect(peers.sent.map((sent) => sent.deadline === peers.sent[0]?.deadline)).toEqual([true, true]);
    expect(peers.sent[0]?.timeoutMs).toBe(1000);
  });

  it('asks no third time', async () => {
    const peers = new Peers([silent(), silent(), silent()]);
    await expect(forward(peers, 'toy', request('HEAD'), limits)).rejects.toMatchObject({ code: 'service.timeout' });
    expect(peers.sent).toHaveLength(2);
  });

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])('sends a %s once and never again', async (method) => {
    const peers = new Peers([silent()]);
    await expect(forward(peers, 'toy', request(method), limits)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(peers.sent.map((sent) => sent.timeoutMs)).toEqual([9000]);
  });
});
