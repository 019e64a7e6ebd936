import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { replayEvents } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { EventLogRepository } from './event-log.repository.js';

@Controller()
export class EventLogMessageController {
  readonly #log: EventLogRepository;

  constructor(log: EventLogRepository) {
    this.#log = log;
  }

  @Answers(replayEvents)
  async replay(request: RequestOf<typeof replayEvents>): Promise<ReplyOf<typeof replayEvents>> {
    const { after, types, ecosystem } = request;
    const { events, more } = await this.#log.page({ after, types, ecosystem });
    return { events, next: more ? (events.at(-1)?.position ?? null) : null };
  }
}
