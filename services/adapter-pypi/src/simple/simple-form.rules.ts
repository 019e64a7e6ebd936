import Negotiator from 'negotiator';

export const simpleForms = ['html', 'json'] as const;
/** The two ways a page of the simple API is written; the clients' own names for the first one are two. */
export type SimpleForm = (typeof simpleForms)[number];

export interface NegotiatedForm {
  readonly form: SimpleForm;
  /** What the answer says it is: pip refuses a page whose Content-Type it does not know. */
  readonly mediaType: string;
}

const html = { form: 'html', mediaType: 'text/html; charset=utf-8' } as const;
const htmlV1 = { form: 'html', mediaType: 'application/vnd.pypi.simple.v1+html' } as const;
const jsonV1 = { form: 'json', mediaType: 'application/vnd.pypi.simple.v1+json' } as const;

/** In the order in which they are preferred where a client likes several alike; `latest` is answered with its version. */
const offered: ReadonlyMap<string, NegotiatedForm> = new Map<string, NegotiatedForm>([
  ['text/html', html],
  ['application/vnd.pypi.simple.v1+json', jsonV1],
  ['application/vnd.pypi.simple.latest+json', jsonV1],
  ['application/vnd.pypi.simple.v1+html', htmlV1],
  ['application/vnd.pypi.simple.latest+html', htmlV1],
]);

export const offeredMediaTypes: readonly string[] = [...offered.keys()];

/**
 * Which form of a page a client gets (PEP 691, "Version + Format Selection"): `format` wins over `Accept`, no wish at all means
 * HTML. Undefined where it accepts none of them, which is answered with 406.
 */
export function negotiateForm(accept: string | undefined, format?: string): NegotiatedForm | undefined {
  // In a query a plus sign means a space, but the specification's own example has it as it is.
  if (format !== undefined) return offered.get(format.trim().replaceAll(' ', '+').toLowerCase());
  const wish = accept === undefined || accept.trim() === '' ? '*/*' : accept;
  const [best] = new Negotiator({ headers: { accept: wish } }).mediaTypes([...offeredMediaTypes]);
  return best === undefined ? undefined : offered.get(best);
}
