import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { downloadsCounted, eventSubject, type EventEnvelope } from '@waybill/contracts';
import type { DownloadedRelease, ReleaseDownloads, TallyBounds } from './download-tally.js';
import { DownloadTally } from './download-tally.js';

/** Sends an event to the stream and resolves when the stream has it; the stream drops what it has by its id. */
export type PublishEvent = (subject: string, text: string, options: { readonly msgID: string }) => Promise<unknown>;

export interface DownloadCountsOptions {
  readonly publish: PublishEvent;
  readonly log: { warn(fields: object, message: string): void };
  readonly everyMs?: number;
  readonly bounds?: TallyBounds;
  readonly now?: () => Date;
}

const mostUnsent = 100;

/**
 * What clients downloaded, told to the bus every few seconds as `gateway.downloads.counted.v1`. While the bus is away up to
 * a hundred batches wait, each with its id, so that one that arrived and was not confirmed is not added twice.
 */
export class DownloadCounts {
  /** The aggregate of the events: this gateway for as long as it runs. */
  readonly gatewayId = randomUUID();
  private readonly tally: DownloadTally;
  private readonly unsent: EventEnvelope[] = [];
  private readonly now: () => Date;
  private countedSince: Date;
  private batches = 0;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private isFailing = false;

  constructor(private readonly options: DownloadCountsOptions) {
    this.tally = new DownloadTally(options.bounds);
    this.now = options.now ?? (() => new Date());
    this.countedSince = this.now();
  }

  start(): void {
    this.timer = setInterval(() => void this.report(), this.options.everyMs ?? 5000);
    this.timer.unref();
  }

  /** Reports what is left; a report that runs already may have left without it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.report();
    await this.report();
  }

  /**
   * One download, when this answer turns out to be a whole one that was delivered: a GET, 200, to its last byte. To be
   * called before the answer ends; HEAD, 304 and parts do not count.
   */
  countDownload(request: IncomingMessage, response: ServerResponse, release: DownloadedRelease | undefined): void {
    if (release === undefined || request.method !== 'GET') return;
    response.once('finish', () => {
      if (response.statusCode === 200) this.tally.count(release);
    });
  }

  /** One download of which every byte is on its way already. */
  delivered(release: DownloadedRelease): void {
    this.tally.count(release);
  }

  /** Sends what was counted since the last report; never throws, and two never run at once. */
  report(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    // While nothing goes out, counts stay in the tally, which is bounded too.
    if (this.unsent.length < mostUnsent) this.collect();
    try {
      for (let next = this.unsent[0]; next !== undefined; next = this.unsent[0]) {
        await this.options.publish(eventSubject(downloadsCounted), JSON.stringify(next), { msgID: next.id });
        this.unsent.shift();
      }
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.options.log.warn({ err: error }, 'download counts cannot be sent now; they wait');
      this.isFailing = true;
    }
  }

  private collect(): void {
    const from = this.countedSince;
    const to = this.now();
    for (const downloads of this.tally.take()) this.unsent.push(this.envelopeOf(downloads, from, to));
    this.countedSince = to;
    if (this.tally.uncounted === 0) return;
    this.options.log.warn({ 'downloads.uncounted': this.tally.uncounted }, 'too many releases to count all downloads');
    this.tally.uncounted = 0;
  }

  private envelopeOf(downloads: readonly ReleaseDownloads[], from: Date, to: Date): EventEnvelope {
    this.batches += 1;
    return {
      specversion: '1.0',
      id: randomUUID(),
      source: `/waybill/${downloadsCounted.owner}`,
      type: downloadsCounted.type,
      subject: this.gatewayId,
      time: to.toISOString(),
      datacontenttype: 'application/json',
      aggregateversion: this.batches,
      data: { from: from.toISOString(), to: to.toISOString(), downloads },
    };
  }
}
