import 'reflect-metadata';
import { IsBoolean, validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { MayBeAbsent } from './may-be-absent.js';

class Toy {
  @MayBeAbsent()
  @IsBoolean()
  loud?: unknown;
}

describe('a field that may be absent', () => {
  it.each([
    ['left out', undefined, 0],
    ['right', true, 0],
    ['null, which empties nothing here', null, 1],
    ['wrong', 'yes', 1],
  ])('that is %s', async (_case, loud, errors) => {
    expect(await validate(Object.assign(new Toy(), { loud }))).toHaveLength(errors);
  });
});
