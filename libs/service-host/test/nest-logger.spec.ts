import { DomainError } from '@waybill/domain';
import { createLogger } from '@waybill/observability';
import { describe, expect, it } from 'vitest';
import { NestLogger } from '../src/nest-logger.js';

function logged(error: Error, context: string): string {
  const lines: string[] = [];
  const log = createLogger({
    service: 'test',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  new NestLogger(log).error(error, context);
  return lines.join('');
}

describe('what Nest has to say', () => {
  it('is not said twice where a start is refused in words of ours, and said where it is not', () => {
    const refused = new DomainError('invalid', 'config.invalid', 'WAYBILL_X must be set.');
    expect(logged(refused, 'ExceptionHandler')).toBe('');
    expect(logged(refused, 'OutboxRelay')).toContain('WAYBILL_X must be set.');
    expect(logged(new Error('a bug'), 'ExceptionHandler')).toContain('a bug');
  });
});
