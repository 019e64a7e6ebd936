import type { LoggerService } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';

/** What Nest itself has to say, in our log; its start-up chatter only at debug. */
export class NestLogger implements LoggerService {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  log(message: unknown): void {
    this.#log.debug({ nest: message }, 'Nest.');
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#log.warn({ nest: message, context: rest.at(-1) }, 'Nest warns.');
  }

  error(message: unknown, ...rest: unknown[]): void {
    // It is thrown as well, out of the start of the service: whoever ends the process says it, once.
    if (rest.at(-1) === 'ExceptionHandler' && message instanceof DomainError) return;
    const what = message instanceof Error ? { err: message } : { nest: message };
    this.#log.error({ ...what, context: rest.at(-1) }, 'Nest reports an error.');
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}
