import { MayBeAbsent } from '@waybill/management-api';
import { IsInt, IsOptional, IsString, ValidateIf } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { dtoSchema } from './dto-schema.js';

class ToyBody {
  @IsString()
  name!: string;

  @MayBeAbsent()
  @IsString()
  color?: string;

  @IsOptional()
  @IsString()
  note?: string | null;

  @ValidateIf((_body, value) => value !== null)
  @IsInt()
  days!: number | null;
}

describe('what a body may leave out, and where it may say null', () => {
  it('stands in the schema as the validation has it', () => {
    const { properties, required } = dtoSchema(ToyBody);
    expect(required).toEqual(['name', 'days']);
    expect(properties).toEqual({
      name: { type: 'string' },
      color: { type: 'string' },
      note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      days: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    });
  });
});
