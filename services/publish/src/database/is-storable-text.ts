import { Matches } from 'class-validator';
import { storableText } from './storable-text.js';

/** A field of a request whose text PostgreSQL can keep as it is. */
export function IsStorableText(): PropertyDecorator {
  return Matches(storableText, { message: '$property has characters that cannot be stored' });
}
