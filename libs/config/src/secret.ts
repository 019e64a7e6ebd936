import { inspect } from 'node:util';
import { z } from 'zod';

/** A configured secret. It prints as `***` wherever it is printed; `reveal()` is for the one place that needs it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

const secrets = new WeakSet<z.ZodType>();

/** A schema for a secret; `describeConfig` knows it as one. */
export function secret(description: string) {
  const schema = z
    .string()
    .min(1)
    .transform((text) => new Secret(text))
    .describe(description);
  secrets.add(schema);
  return schema;
}

export function isSecretSchema(schema: z.ZodType): boolean {
  return secrets.has(schema);
}
