import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { pino, stdSerializers } from 'pino';
import { redactTokens } from './redact.js';

export type Logger = PinoLogger;

const secretFields = ['authorization', 'cookie', 'set-cookie', 'password', 'token', 'secret', 'npm-otp'];

/**
 * JSON lines: a static message plus fields. Fields that carry credentials are replaced, and so is whatever looks like one
 * of our tokens anywhere in a line (security.md W6).
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
      serializers: { err: serializeError },
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretFields.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
        censor: '***',
      },
    },
    { write: (line: string) => stream.write(redactTokens(line)) },
  );
}

/** An error without the values of a failed query: they may be hashes of tokens and passwords. */
function serializeError(error: Error): object {
  const { parameters, driverError, ...rest } = stdSerializers.err(error) as Record<string, unknown>;
  return rest;
}
