import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';

/**
 * A field that is one object, of that DTO class. `@ValidateNested()` by itself also takes an array: it checks what is in it one
 * by one, and the handler finds a list where it reads fields.
 */
export function NestedObject(type: () => new () => object): PropertyDecorator {
  return all([IsObject(), ValidateNested(), Type(type)]);
}

/** A field that is a list of objects of that DTO class, and not of further lists. Say with `@ArrayMaxSize` how long it may be. */
export function NestedObjects(type: () => new () => object): PropertyDecorator {
  return all([IsArray(), IsObject({ each: true }), ValidateNested({ each: true }), Type(type)]);
}

function all(decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}
