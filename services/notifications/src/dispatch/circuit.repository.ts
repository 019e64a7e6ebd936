import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { WebhookId } from '../webhooks/webhook.entity.js';
import { CircuitEntity } from './circuit.entity.js';

@Injectable()
export class CircuitRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async of(webhookIds: readonly WebhookId[]): Promise<ReadonlyMap<WebhookId, CircuitEntity>> {
    const found = await this.#dataSource.getRepository(CircuitEntity).findBy({ webhookId: In([...webhookIds]) });
    return new Map(found.map((circuit) => [circuit.webhookId, circuit]));
  }

  /** The endpoint is another one now, or was mended: it begins anew. */
  async close(manager: EntityManager, webhookId: WebhookId): Promise<void> {
    await manager.getRepository(CircuitEntity).update({ webhookId }, { failures: 0, openUntil: null });
  }

  /** Somebody wants to see whether it works again: the next delivery probes at once. */
  async probe(manager: EntityManager, webhookId: WebhookId, now: Date): Promise<void> {
    await manager.query('UPDATE circuits SET open_until = $2 WHERE webhook_id = $1 AND open_until > $2', [
      webhookId,
      now,
    ]);
  }

  /** One more failure in a row. Resolves to how many there are, with the circuit locked. */
  async fail(manager: EntityManager, webhookId: WebhookId): Promise<number> {
    const [rows] = await manager.query<[{ failures: number }[], number]>(
      'UPDATE circuits SET failures = failures + 1 WHERE webhook_id = $1 RETURNING failures',
      [webhookId],
    );
    return rows[0]?.failures ?? 0;
  }

  async open(manager: EntityManager, webhookId: WebhookId, until: Date): Promise<void> {
    await manager.getRepository(CircuitEntity).update({ webhookId }, { openUntil: until });
  }
}
