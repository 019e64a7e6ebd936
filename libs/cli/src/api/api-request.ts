export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiRequest {
  readonly method: Method;
  /** Under /api/v1, beginning with a slash, each segment encoded: see `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly accept?: string;
  readonly ifMatch?: string;
  /** What was typed for a field of it (`body.reason`): `--reason`. Undefined for one that was not typed. */
  readonly nameOf?: (field: string) => string | undefined;
}
