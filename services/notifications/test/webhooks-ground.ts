import type { RepositoryFacts } from '@waybill/contracts';
import { notificationsEnvironment, type NotificationsEnvironment } from './notifications-environment.js';
import { type Organization, RunningNotifications } from './running-notifications.js';

/** The service, and an organization with a public and a private repository whose webhooks are tested. */
export class WebhooksGround {
  private constructor(
    private readonly environment: NotificationsEnvironment,
    readonly notifications: RunningNotifications,
    readonly acme: Organization,
    readonly publicOne: RepositoryFacts,
    readonly privateOne: RepositoryFacts,
  ) {}

  static async start(): Promise<WebhooksGround> {
    const environment = await notificationsEnvironment();
    const notifications = await RunningNotifications.start(environment);
    const acme = await notifications.organization();
    const publicOne = await notifications.repository(acme.organizationId, 'public');
    const privateOne = await notifications.repository(acme.organizationId, 'private');
    return new WebhooksGround(environment, notifications, acme, publicOne, privateOne);
  }

  async stop(): Promise<void> {
    await this.notifications.stop();
    await this.environment.dispose();
  }
}
