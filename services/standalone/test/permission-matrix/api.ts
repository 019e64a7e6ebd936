export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
  readonly title: string | undefined;
  readonly headers: Headers;
}

export interface Call {
  readonly method: string;
  readonly target: string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Plain HTTP to an installation. */
export class Api {
  constructor(readonly url: string) {}

  async call({ method, target, token, headers = {}, body }: Call): Promise<Answer> {
    const response = await fetch(`${this.url}${target}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { code, title } = problemIn(text);
    return { status: response.status, text, code, title, headers: response.headers };
  }

  /** What a test only starts from. Throws unless it succeeds. */
  async must<Result = Record<string, unknown>>(call: Call): Promise<Result> {
    const answer = await this.call(call);
    if (answer.status >= 300) throw new Error(`${call.method} ${call.target}: ${String(answer.status)} ${answer.text}`);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as Result;
  }
}

function problemIn(text: string): { code?: string; title?: string } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
