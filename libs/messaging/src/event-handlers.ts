import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { DataOf, EventEnvelope, EventType } from '@waybill/contracts';

type HandlerMethod<Type extends EventType> = (event: EventEnvelope<DataOf<Type>>) => Promise<void> | void;

const consumedMetadata = Symbol('waybill.consumes');
const heardMetadata = Symbol('waybill.hears');

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the parameter types the decorated method */
/** The method consumes these events durably: it is called until it succeeds, so it must be idempotent. */
export function OnEvent<Type extends EventType>(type: Type) {
  return remember<Type>(consumedMetadata, type);
}

/** The method hears these events live, on every replica; what happens while it is away it never hears. */
export function HearsEvent<Type extends EventType>(type: Type) {
  return remember<Type>(heardMetadata, type);
}

/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

export interface EventHandler {
  readonly type: EventType;
  /** `PackageProjection.onPublished`, for logs and inventories. */
  readonly name: string;
  handle(event: EventEnvelope): Promise<void>;
}

/** Every method of this service that is decorated with `@OnEvent` or `@HearsEvent`. */
@Injectable()
export class EventHandlers {
  readonly #discovery: DiscoveryService;
  readonly #scanner: MetadataScanner;

  constructor(discovery: DiscoveryService, scanner: MetadataScanner) {
    this.#discovery = discovery;
    this.#scanner = scanner;
  }

  consumers(): EventHandler[] {
    return this.#find(consumedMetadata);
  }

  listeners(): EventHandler[] {
    return this.#find(heardMetadata);
  }

  #find(key: symbol): EventHandler[] {
    return this.#discovery.getProviders().flatMap((wrapper): EventHandler[] => {
      const instance = wrapper.instance as Record<string, unknown> | null | undefined;
      if (typeof instance !== 'object' || instance === null || wrapper.isAlias) return [];
      const prototype = Object.getPrototypeOf(instance) as object | null;
      if (prototype === null) return [];
      return this.#scanner.getAllMethodNames(prototype).flatMap((name) => {
        const method = instance[name];
        if (typeof method !== 'function') return [];
        const type = Reflect.getMetadata(key, method) as EventType | undefined;
        if (type === undefined) return [];
        const handle = async (event: EventEnvelope) => {
          await (method.call(instance, event) as Promise<void>);
        };
        return [{ type, name: `${instance.constructor.name}.${name}`, handle }];
      });
    });
  }
}

function remember<Type extends EventType>(key: symbol, type: Type) {
  return <Method extends HandlerMethod<Type>>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    if (descriptor.value !== undefined) Reflect.defineMetadata(key, type, descriptor.value);
  };
}
