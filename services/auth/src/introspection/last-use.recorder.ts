import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { IntrospectionRepository } from './introspection.repository.js';

const flushEveryMs = 5000;
const stalenessMs = 60_000;
const maxWaiting = 10_000;

/** Remembers when credentials were used, and writes it down in batches: at most once a minute for each. */
@Injectable()
export class LastUseRecorder implements OnModuleInit, BeforeApplicationShutdown {
  #tokens = new Map<string, Date>();
  #sessions = new Map<string, Date>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: IntrospectionRepository,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  tokenUsed(tokenId: string, writtenDown: Date | null): void {
    note(this.#tokens, tokenId, writtenDown);
  }

  sessionUsed(sessionId: string, writtenDown: Date): void {
    note(this.#sessions, sessionId, writtenDown);
  }

  /** Writes down what is waiting. A failure costs accuracy and nothing else: it is logged, and the times are dropped. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const tokens = this.#tokens;
    const sessions = this.#sessions;
    this.#tokens = new Map();
    this.#sessions = new Map();
    try {
      if (tokens.size > 0) await this.repository.touchTokens(tokens);
      if (sessions.size > 0) await this.repository.touchSessions(sessions);
    } catch (error) {
      this.log.warn({ err: error, count: tokens.size + sessions.size }, 'last use not written');
    }
  }
}

function note(uses: Map<string, Date>, id: string, writtenDown: Date | null): void {
  const now = Date.now();
  if (writtenDown !== null && now - writtenDown.getTime() < stalenessMs) return;
  if (uses.size < maxWaiting || uses.has(id)) uses.set(id, new Date(now));
}
