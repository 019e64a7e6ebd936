import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTransfersGround, type TransfersGround } from '../../test/transfers-ground.js';

let ground: TransfersGround;
let publish: TransfersGround['publish'];
let receiver: TransfersGround['receiver'];
let offer: TransfersGround['offer'];
let settle: TransfersGround['settle'];
let owned: TransfersGround['owned'];
let transferEvents: TransfersGround['transferEvents'];
let audited: TransfersGround['audited'];
let adminOfBoth: TransfersGround['adminOfBoth'];

beforeAll(async () => {
  ground = await startTransfersGround();
  ({ publish, receiver, offer, settle, owned, transferEvents, audited, adminOfBoth } = ground);
});

afterAll(() => ground.publish.stop());

describe('a transfer of a repository', () => {
  it('is accepted by one of 50 at the same time, and the others are told so', async () => {
    const repository = await publish.repository('public');
    const { transferId } = (await offer(repository)).json;
    const answers = await Promise.all(Array.from({ length: 50 }, () => settle(transferId, 'accept')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ status, json }) => [status, json['code']]);
    expect(others).toEqual(Array(49).fill([409, 'transfer.settled']));
    expect(await transferEvents(repository)).toHaveLength(1);
    expect(await audited(repository)).toHaveLength(3);
  });

  it('is begun by one of 50 at the same time, and done once whoever is at it', async () => {
    const repository = await publish.repository('public');
    const offers = await Promise.all(Array.from({ length: 50 }, () => offer(repository)));
    expect(offers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(offers.filter(({ json }) => json['code'] === 'transfer.pending')).toHaveLength(49);
    const both = adminOfBoth();
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => offer(repository, 'globex', both)));
    expect(atOnce.filter(({ status }) => status === 201)).toHaveLength(1);
    const codes = atOnce.flatMap(({ status, json }) => (status === 201 ? [] : [json['code']]));
    expect(new Set(codes)).toBeOneOf([
      new Set(['transfer.changed-meanwhile', 'transfer.same-organization']),
      new Set(['transfer.changed-meanwhile']),
      new Set(['transfer.same-organization']),
    ]);
    expect(await transferEvents(repository)).toHaveLength(1);
  });

  it('ends by being declined, taken back, or by its time, and then another one may begin', async () => {
    const repository = await publish.repository('public');
    const declined = (await offer(repository)).json['transferId'];
    expect(await settle(declined, 'decline')).toMatchObject({ status: 200, json: { state: 'declined' } });
    const cancelled = (await offer(repository)).json['transferId'];
    expect((await settle(cancelled, 'cancel', receiver)).status).toBe(404);
    expect(await settle(cancelled, 'cancel', publish.owner)).toMatchObject({
      status: 200,
      json: { state: 'cancelled' },
    });
    const late = (await offer(repository)).json['transferId'];
    await publish.query(`UPDATE transfers SET expires_at = now() WHERE transfer_id = $1`, [late]);
    expect(await settle(late, 'accept')).toMatchObject({
      status: 409,
      json: { code: 'transfer.settled', details: { state: 'expired' } },
    });
    expect(await offer(repository)).toMatchObject({ status: 201 });
    expect(await owned(repository, publish.owner)).toBe(publish.organizationId);
  });

  it('does not bring what was deleted or handed to others meanwhile', async () => {
    const repository = await publish.repository('public');
    const { transferId } = (await offer(repository)).json;
    await publish.http('DELETE', `/api/v1/repositories/${repository.slug}`, {
      as: publish.owner,
      body: { confirm: repository.slug },
    });
    expect(await settle(transferId, 'accept')).toMatchObject({
      status: 409,
      json: { code: 'transfer.changed-meanwhile' },
    });
  });
});
