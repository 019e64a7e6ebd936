import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { pino } from 'pino';
import { censorFields, serializeError } from './censor.js';
import { redactTokens } from './redact.js';

export type Logger = PinoLogger;

// What a child logger is bound to passes by the formatter.
const bindingFields = ['authorization', 'cookie', 'password', 'secret', 'token'].flatMap((name) => [name, `*.${name}`]);

const streams = new WeakMap<Logger, DestinationStream>();

/**
 * JSON lines: a static message plus fields. Fields that carry credentials are replaced, and so is whatever looks like one
 * anywhere in a line (security.md W6).
 */
export function createLogger(options: {
  readonly service: string;
  readonly level?: string;
  readonly destination?: DestinationStream;
}): Logger {
  const stream = options.destination ?? pino.destination({ dest: 1, sync: false });
  const log = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => serializeError(error) },
      formatters: { level: (label) => ({ level: label }), log: censorFields },
      redact: { paths: bindingFields, censor: '***' },
    },
    { write: (line: string) => stream.write(redactTokens(line)) },
  );
  streams.set(log, stream);
  return log;
}

/**
 * Writes JSON lines that are ready where this logger writes its own. For what writes so many that making each with the
 * logger, and looking for credentials in it again, costs more than the work that it tells of: whoever makes the lines has
 * put everything from outside through `redactTokens`.
 */
export function lineWriterOf(log: Logger): (lines: string) => void {
  const stream = streams.get(log);
  if (stream === undefined) throw new TypeError('This logger was not made by createLogger.');
  return (lines) => {
    stream.write(lines);
  };
}
