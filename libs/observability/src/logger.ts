import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { pino } from 'pino';
import { censorFields, serializeError } from './censor.js';
import { redactTokens } from './redact.js';

export type Logger = PinoLogger;

// What a child logger is bound to passes by the formatter.
const bindingFields = ['authorization', 'cookie', 'password', 'secret', 'token'].flatMap((name) => [name, `*.${name}`]);

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
  return pino(
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
}

/**
 * Writes JSON lines that are ready where this logger writes its own, censored as those are. For what writes so many lines
 * that making each with the logger costs more than the work that it tells of.
 */
export function lineWriterOf(log: Logger): (lines: string) => void {
  const stream: unknown = Reflect.get(log, pino.symbols.streamSym);
  if (!isWritable(stream)) throw new TypeError('This logger has no stream.');
  return (lines) => {
    stream.write(lines);
  };
}

function isWritable(stream: unknown): stream is { write(text: string): void } {
  return typeof stream === 'object' && stream !== null && 'write' in stream && typeof stream.write === 'function';
}
