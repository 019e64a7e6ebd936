import 'reflect-metadata';
import type { z } from 'zod';

/** What people who call a route need to know besides its parameters, its body and its permission. */
export interface RouteDocumentation {
  /** One line, in the imperative: "Create a team". */
  readonly summary: string;
  /** More, as Markdown: what it does to others, what it refuses. */
  readonly description?: string;
  /** Schema of the answer; none where there is no body. */
  readonly returns?: z.ZodType;
  /** Status of success where it is not the one that Nest answers by itself (201 to POST, 200 else). */
  readonly status?: number;
  /** Stable codes of the refusals that are this route's own, with the status of each: `'username.taken 409'`, or the code alone (then 409). */
  readonly errors?: readonly string[];
  /** Schema of the refusals that the route has in words of its own (JSON), besides the problems of everything around it. */
  readonly refusals?: z.ZodType;
  /** Name of the operation as a method of a client (`createTeam`), where the one made from method and path reads badly. */
  readonly operation?: string;
  /** Answers with `ETag`, and minds `If-Match` where it changes something. */
  readonly etag?: boolean;
  /** Answers with rows (`sendRows`): NDJSON or CSV of these, besides or instead of `returns`. */
  readonly rows?: z.ZodType;
  /** Further media types that it may be asked for, each with the schema of that answer. */
  readonly alternatives?: Readonly<Record<string, z.ZodType>>;
  /** Media type of an answer that is not JSON. */
  readonly mediaType?: string;
}

const documentationMetadata = Symbol('waybill.documentation');

/** On every route of the management API: docs/openapi.json is made from it. */
export function Documented(documentation: RouteDocumentation): MethodDecorator {
  return (_target, key, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler !== 'function') return;
    if (documentationOf(handler) !== undefined) throw new Error(`${String(key)} is documented twice.`);
    Reflect.defineMetadata(documentationMetadata, documentation, handler);
  };
}

export function documentationOf(handler: object): RouteDocumentation | undefined {
  const found: unknown = Reflect.getMetadata(documentationMetadata, handler);
  return isDocumentation(found) ? found : undefined;
}

function isDocumentation(value: unknown): value is RouteDocumentation {
  return typeof value === 'object' && value !== null && 'summary' in value;
}
