import { randomUUID } from 'node:crypto';
import type { RepositoryVisibility } from '@waybill/contracts';
import { gatewayAliveSubject, repositoryVisibility, repositoryVisibilitySubject } from '@waybill/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PublishEnvironment, publishEnvironment } from '../../test/publish-environment.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

/** As much of a gateway as publish hears of: it lives, forgets, and says so. */
class ToyGateway {
  readonly heard: RepositoryVisibility[] = [];
  readonly #id = randomUUID();
  readonly #beat: NodeJS.Timeout;
  readonly #news: ReturnType<PublishEnvironment['operator']['subscribe']>;

  constructor(bus: PublishEnvironment['operator'], confirmsAfterMs: number | undefined) {
    this.#news = bus.subscribe(repositoryVisibilitySubject, {
      callback: (_error, message) => {
        if (confirmsAfterMs === undefined) return;
        setTimeout(() => {
          this.heard.push(repositoryVisibility.parse(message.json()));
          message.respond(JSON.stringify({ gatewayId: this.#id }));
        }, confirmsAfterMs);
      },
    });
    this.#beat = setInterval(() => {
      bus.publish(gatewayAliveSubject, JSON.stringify({ gatewayId: this.#id }));
    }, 20);
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#news.unsubscribe();
  }
}

let environment: PublishEnvironment;
let publish: RunningPublish;
const gateways: ToyGateway[] = [];

beforeAll(async () => {
  environment = await publishEnvironment();
  publish = await startPublish(environment);
});

afterEach(() => {
  for (const gateway of gateways.splice(0)) gateway.stop();
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
});

/** Gateways that publish has heard of. */
async function alive(...confirmAfterMs: (number | undefined)[]): Promise<ToyGateway[]> {
  const bus = environment.operator;
  gateways.push(...confirmAfterMs.map((milliseconds) => new ToyGateway(bus, milliseconds)));
  await bus.subscribe(gatewayAliveSubject, { max: 4 * confirmAfterMs.length, callback: () => undefined }).closed;
  await publish.http('GET', '/api/v1/repositories', { as: publish.owner });
  return gateways;
}

describe('a visibility that is changed', () => {
  const change = (slug: string, visibility: string) =>
    publish.http('PATCH', `/api/v1/repositories/${slug}`, { as: publish.owner, body: { visibility } });

  it('is confirmed by every gateway before anybody is told that it is changed, however slow one is (A9)', async () => {
    const [near, far] = await alive(0, 600);
    const { slug, repositoryId } = await publish.repository('public');
    expect(await change(slug, 'private')).toMatchObject({ status: 200, json: { visibility: 'private' } });
    const { organizationId } = publish;
    const news = { repositoryId, organizationId, visibility: 'private', deleted: false, aggregateVersion: 2 };
    for (const gateway of [near, far]) expect(gateway?.heard[0]).toEqual(news);
  });

  it('is not acknowledged while a gateway lives and does not confirm, and is when it is gone (A9)', async () => {
    const [, silent] = await alive(0, undefined);
    const { slug } = await publish.repository('public');
    expect(await change(slug, 'private')).toMatchObject({
      status: 503,
      json: { code: 'repository.not-announced' },
    });
    // It is changed all the same; who repeats the request hears whether everybody knows by now.
    expect((await publish.http('GET', `/api/v1/repositories/${slug}`, { as: publish.owner })).json).toMatchObject({
      visibility: 'private',
    });
    silent?.stop();
    expect(await change(slug, 'private')).toMatchObject({ status: 200, json: { visibility: 'private' } });
  }, 20_000);
});
