import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** What a purl is typed as. */
const purlNames: ReadonlySet<string> = new Set(['purl', 'package']);

/** What was typed after a command, each by its name and as what it should be. */
export class Arguments {
  constructor(private readonly given: Readonly<Record<string, unknown>>) {}

  text(name: string): string {
    const value = this.optional(name);
    if (value !== undefined) return value;
    throw new CliError(`${name} is needed.`, exitCodes.usage);
  }

  optional(name: string): string | undefined {
    const value = this.given[name];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return purlNames.has(name) ? purlOf(String(value)) : String(value);
  }

  number(name: string): number | undefined {
    const value = this.given[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.given[name];
    return typeof value === 'boolean' ? value : undefined;
  }

  /** An option that may be given several times, or once with commas. */
  list(name: string): readonly string[] | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((part) => String(part).split(',')).filter((part) => part !== '');
  }
}

/** An object without what was not given: a body or a query. */
export function given<Value extends object>(values: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Value>;
}

/** `pkg:npm/@acme/widget` as the purl that it is: `pkg:npm/%40acme/widget`. Everything else stays. */
function purlOf(typed: string): string {
  return typed.replace(/^(pkg:[^/]+\/)@(?=[^/]+\/)/, '$1%40');
}
