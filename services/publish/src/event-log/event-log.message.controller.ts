import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { replayEvents } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import type { LoggedEvent } from './event-log.repository.js';
import { EventLogRepository } from './event-log.repository.js';

const maxEvents = 100;
// A message may have 1 MB.
const maxReplyBytes = 512 * 1024;

@Controller()
export class EventLogMessageController {
  readonly #log: EventLogRepository;

  constructor(log: EventLogRepository) {
    this.#log = log;
  }

  @Answers(replayEvents)
  async replay(request: RequestOf<typeof replayEvents>): Promise<ReplyOf<typeof replayEvents>> {
    const { after, types, ecosystem } = request;
    const page = await this.#log.page({ after, types, ecosystem, limit: maxEvents });
    const events = withinReply(page);
    const last = events.at(-1);
    const isLastPage = page.length < maxEvents && events.length === page.length;
    return { events, next: isLastPage || last === undefined ? null : last.position };
  }
}

/** As many as fit, and always one, or a reader would never come past a large one. */
function withinReply(page: readonly LoggedEvent[]): LoggedEvent[] {
  let bytes = 0;
  const fitting = page.findIndex((logged) => {
    bytes += Buffer.byteLength(JSON.stringify(logged));
    return bytes > maxReplyBytes;
  });
  return page.slice(0, fitting < 0 ? page.length : Math.max(1, fitting));
}
