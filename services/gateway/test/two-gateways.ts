import { GatewayNews } from '@waybill/edge';
import { areHeard, knowsToy } from './asking.js';
import { type RunningGateway, startGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';
import { emptyShelf, shelf } from './toy-shelf.js';

export interface TwoGateways {
  readonly gateway: RunningGateway;
  readonly other: RunningGateway;
  readonly toy: ToyService;
  /** What a service tells both. */
  readonly news: GatewayNews;
  /** Nothing on the shelf, nothing kept, nothing seen. */
  forget(): void;
  stop(): Promise<void>;
}

/** Two replicas on one bus and store, before the toy service, both heard by whoever purges. */
export async function startTwoGateways(speaker: 'publish' | 'toy', cacheNow?: () => number): Promise<TwoGateways> {
  const variant = { principalsFreshMs: 60_000, ...(cacheNow === undefined ? {} : { cacheNow }) };
  const gateway = await startGateway({}, variant);
  const other = await startGateway({}, { ...variant, beside: gateway });
  const news = new GatewayNews(gateway.connection, speaker);
  news.start();
  const toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway, other);
  await areHeard(gateway, 2);
  return {
    gateway,
    other,
    toy,
    news,
    forget: () => {
      shelf.clear();
      emptyShelf.visibility = 'public';
      toy.seen.length = 0;
      gateway.cache.forgetAnswers();
      other.cache.forgetAnswers();
    },
    stop: async () => {
      news.stop();
      await toy.stop();
      await other.stop();
      await gateway.stop();
    },
  };
}
