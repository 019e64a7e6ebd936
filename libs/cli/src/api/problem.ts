import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { exitCodeOfStatus } from '../exit-code.js';

/** RFC 9457, as the management API sends it. */
const problem = z.object({
  title: z.string(),
  code: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

const maxFieldsShown = 20;

/** What a refused request means to the person: the problem's title, its fields, and how to go on. */
export function errorOfAnswer(status: number, body: unknown): CliError {
  const parsed = problem.safeParse(body);
  const { title, code, errors = [], requestId } = parsed.success ? parsed.data : unknownProblem(status);
  const hints = errors.slice(0, maxFieldsShown).map(({ field, message }) => `${field}: ${message}`);
  if (status === 401) hints.push('Sign in with `waybill login`, or set WAYBILL_TOKEN.');
  if (status >= 500 && requestId !== undefined) hints.push(`Request ${requestId}`);
  return new CliError(title, exitCodeOfStatus(status), hints, code);
}

function unknownProblem(status: number): z.infer<typeof problem> {
  return { title: `The server answered ${status} in a way that is not understood here.` };
}
