import { DomainErrorFilter } from '@waybill/edge';
import { npmDialect } from '../npm-error.js';

/**
 * Errors of the exchange of identity tokens, those of its guards as well: npm and yarn print `message` of the answer, pnpm
 * `body.message`, and each finds the same sentence.
 */
export const exchangeErrors = new DomainErrorFilter({
  contentType: npmDialect.contentType,
  body: {
    error: '$message',
    message: '$message',
    body: { message: '$message' },
    code: '$code',
    requestId: '$requestId',
    details: '$details',
  },
});
