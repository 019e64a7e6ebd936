import { Svcm } from '@nats-io/services';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { edgeStartedSubject, edgeStoppedSubject } from '@waybill/contracts';
import { z } from 'zod';
import { edgeDescription, type EdgeDescription, type UploadRoute } from './edge-description.js';
import { foreignBearerRouter, hostPathRouter, signInRouter, uploadRouter } from './edge-router.js';
import { descriptionMetadataKey } from './service-announcement.js';

export interface EdgeRoute {
  readonly description: EdgeDescription;
  /** Set when the body of this request is to be staged. */
  readonly upload?: UploadRoute;
  /** Clients sign in with this request: whatever credential it carries is not looked at. */
  readonly isSignIn: boolean;
  /** Its bearer token is somebody else's, and goes on to the service as it is. */
  readonly takesForeignBearer: boolean;
}

interface KnownService {
  description: EdgeDescription;
  descriptionText: string;
  findUpload: ReturnType<typeof uploadRouter>;
  isSignIn: ReturnType<typeof signInRouter>;
  takesForeignBearer: ReturnType<typeof foreignBearerRouter>;
  /** Instance id → when it was last heard of, in milliseconds since 1970. */
  readonly instances: Map<string, number>;
}

const serviceInfo = z.object({
  name: z.string(),
  id: z.string(),
  metadata: z.record(z.string(), z.string()).optional(),
});

const pollMilliseconds = 2000;
const forgetInstanceMilliseconds = 10_000;

/**
 * Who answers for which path, learned from the NATS services API and from what services announce when they start. A
 * service that has gone stays known for as long as this directory lives, so that its paths answer 503 and not 404.
 */
export class EdgeDirectory {
  private readonly services = new Map<string, KnownService>();
  private readonly subscriptions: Subscription[] = [];
  private prefixes: { readonly prefix: string; readonly service: KnownService }[] = [];
  private findHostPath: ReturnType<typeof hostPathRouter> = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private changes = 0;

  constructor(
    private readonly connection: NatsConnection,
    private readonly onError: (error: unknown) => void = () => undefined,
  ) {}

  /** Resolves when the services that run now are known. */
  async start(): Promise<void> {
    this.subscriptions.push(
      this.connection.subscribe(edgeStartedSubject('*'), {
        callback: (error, message) => {
          // Only a service itself may publish on its subject, so that the subject vouches for the name (W10).
          if (error === null) this.guarded(() => this.learn(message.json(), message.subject.split('.')[1]));
        },
      }),
      this.connection.subscribe(edgeStoppedSubject('*'), {
        callback: (error, message) => {
          if (error === null) this.forget(message.string());
        },
      }),
    );
    await this.discover();
    this.timer = setInterval(() => void this.discover(), pollMilliseconds);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /** The descriptions of all services that were ever seen, by name. */
  descriptions(): EdgeDescription[] {
    return [...this.services.values()]
      .map((known) => known.description)
      .sort((one, other) => one.service.localeCompare(other.service));
  }

  /** Another number whenever who answers for which path has changed. */
  get revision(): number {
    return this.changes;
  }

  /** How many replicas of a service were heard of lately. */
  replicasOf(service: string): number {
    return this.services.get(service)?.instances.size ?? 0;
  }

  /** The owner of a raw path (no query). Host paths come first, then the longest prefix; nothing is decoded. */
  route(method: string, rawPath: string): EdgeRoute | undefined {
    const owner = this.findHostPath(method === 'HEAD' ? 'GET' : method, rawPath)?.service;
    const known = owner === undefined ? this.byPrefix(rawPath) : this.services.get(owner);
    if (known === undefined) return undefined;
    const upload = known.findUpload(method, rawPath);
    const isSignIn = known.isSignIn(method, rawPath);
    const takesForeignBearer = known.takesForeignBearer(method, rawPath);
    const { description } = known;
    return { description, isSignIn, takesForeignBearer, ...(upload === undefined ? {} : { upload }) };
  }

  private byPrefix(rawPath: string): KnownService | undefined {
    return this.prefixes.find(
      ({ prefix }) =>
        rawPath.startsWith(prefix) || (rawPath.length === prefix.length - 1 && prefix.startsWith(rawPath)),
    )?.service;
  }

  private async discover(): Promise<void> {
    if (this.connection.isClosed()) return;
    try {
      const infos = await new Svcm(this.connection).client({ strategy: 'stall', maxWait: 1000, stall: 150 }).info();
      for await (const info of infos) this.guarded(() => this.learn(info, info.name));
      this.forgetSilent();
    } catch (error) {
      // While the bus is away nothing is known to have gone.
      this.onError(error);
    }
  }

  private learn(received: unknown, sender: string | undefined): void {
    const info = serviceInfo.parse(received);
    if (info.name !== sender) throw new Error(`service ${String(sender)} announces another one`);
    const text = info.metadata?.[descriptionMetadataKey];
    if (text === undefined) return;
    const known = this.services.get(info.name);
    const isNew = known?.instances.has(info.id) !== true;
    known?.instances.set(info.id, Date.now());
    // Of replicas of two versions the one that came last describes the service.
    if (known !== undefined && (!isNew || known.descriptionText === text)) return;
    const description = edgeDescription.parse(JSON.parse(text));
    if (description.service !== info.name) throw new Error(`service ${info.name} describes another one`);
    this.services.set(info.name, {
      description,
      descriptionText: text,
      findUpload: uploadRouter(description),
      isSignIn: signInRouter(description),
      takesForeignBearer: foreignBearerRouter(description),
      instances: known?.instances ?? new Map([[info.id, Date.now()]]),
    });
    this.rebuild();
  }

  private rebuild(): void {
    this.changes += 1;
    const claimed = new Set<string>();
    this.prefixes = [...this.services.values()]
      .flatMap((service) => service.description.prefixes.map((prefix) => ({ prefix, service })))
      .filter(({ prefix }) => {
        // The first service to claim a prefix keeps it.
        if (claimed.has(prefix)) this.onError(new Error(`prefix ${prefix} is claimed twice`));
        const isFirst = !claimed.has(prefix);
        claimed.add(prefix);
        return isFirst;
      })
      .sort((one, other) => other.prefix.length - one.prefix.length);
    this.findHostPath = hostPathRouter([...this.services.values()].map((known) => known.description));
  }

  private forget(instance: string): void {
    for (const known of this.services.values()) known.instances.delete(instance);
  }

  private forgetSilent(): void {
    const oldest = Date.now() - forgetInstanceMilliseconds;
    for (const { instances } of this.services.values()) {
      for (const [id, heardAt] of instances) if (heardAt < oldest) instances.delete(id);
    }
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onError(error);
    }
  }
}
