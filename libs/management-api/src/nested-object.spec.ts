import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { IsString, validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { NestedObject, NestedObjects } from './nested-object.js';

class Wheel {
  @IsString()
  size!: string;
}

class Toy {
  @NestedObject(() => Wheel)
  front!: Wheel;

  @NestedObjects(() => Wheel)
  others!: Wheel[];
}

const wheel = { size: 'big' };

describe('an object in a body', () => {
  it.each([
    ['it and a list of some', { front: wheel, others: [wheel, wheel] }, []],
    ['it and none', { front: wheel, others: [] }, []],
    ['an empty list for it (I6)', { front: [], others: [] }, ['front']],
    ['a list of it (I6)', { front: [wheel], others: [] }, ['front']],
    ['a list in the list (I6)', { front: wheel, others: [[]] }, ['others']],
    ['a list of lists of it (I6)', { front: wheel, others: [[wheel]] }, ['others']],
    ['text', { front: 'wheel', others: 'wheels' }, ['front', 'others']],
    ['what lacks a field', { front: {}, others: [{}] }, ['front', 'others']],
    ['nothing', {}, ['front', 'others']],
  ])('that is %s', async (_case, body, wrong) => {
    const errors = await validate(plainToInstance(Toy, body));
    expect(errors.map(({ property }) => property)).toEqual(wrong);
  });
});
