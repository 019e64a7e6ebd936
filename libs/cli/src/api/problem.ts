import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { exitCodeOfStatus } from '../exit-code.js';
import type { ApiRequest } from './api-request.js';
import { missingThing } from './missing-thing.js';

/** RFC 9457, as the management API sends it. */
const problem = z.object({
  title: z.string(),
  code: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
type Problem = z.infer<typeof problem>;

/** RFC 6749 §5.2, as the exchange of tokens says it. */
const oauthError = z
  .object({ error: z.string(), error_description: z.string().optional(), code: z.string().optional() })
  .transform(({ error, error_description: said, code = error }): Problem => ({ title: said ?? error, code }));

const maxFieldsShown = 20;

/** What a refused request means to the person: the problem's title, its fields, and how to go on. */
export function errorOfAnswer(status: number, body: unknown, request: ApiRequest): CliError {
  const parsed = z.union([problem, oauthError]).safeParse(body);
  const known = parsed.success ? parsed.data : unknownProblem(status);
  const { message, hints } = wordsOf(known, request);
  if (known.code?.startsWith('login.second-factor') === true) hints.push('Give a code of your second factor: --code');
  else if (status === 401 && request.path !== '/oidc/exchange')
    hints.push('Sign in with `waybill login`, or set WAYBILL_TOKEN.');
  if (status >= 500 && known.requestId !== undefined) hints.push(`Request ${known.requestId}`);
  const missing = status === 404 && known.code === 'not-found' ? missingThing(request, known.title) : undefined;
  return new CliError(missing ?? message, exitCodeOfStatus(status), hints, known.code);
}

/** Each thing that is wrong once, by the name that was typed for it. */
function wordsOf({ title, errors = [] }: Problem, request: ApiRequest): { message: string; hints: string[] } {
  const fields = errors.slice(0, maxFieldsShown).map((error) => ({ ...error, said: sentenceOf(error, request) }));
  const [only] = fields;
  if (fields.length === 1 && only?.message === title) return { message: only.said, hints: [] };
  const repeats = fields.some(({ message }) => title.includes(message));
  const message = repeats && title.startsWith('The request is not usable') ? 'That is not usable.' : title;
  return { message, hints: fields.filter((field) => field.message !== title).map(({ said }) => said) };
}

/** `body.reason` and "reason is needed" is told as "--reason is needed". */
function sentenceOf(
  { field, message }: { readonly field: string; readonly message: string },
  request: ApiRequest,
): string {
  // Of the whole body: what is missing was not typed, and so are none of the words that were.
  if (field === 'body') return message;
  const name = request.nameOf?.(field) ?? field.replace(/^(?:body|query|path)\./, '');
  const inMessage = [field.replace(/^[a-z]+\./, ''), field.split('.').at(-1) ?? field];
  const said = inMessage.find((own) => message.startsWith(`${own} `));
  return said === undefined ? `${name}: ${message}` : `${name}${message.slice(said.length)}`;
}

function unknownProblem(status: number): Problem {
  return { title: `The server answered ${status} in a way that is not understood here.` };
}
