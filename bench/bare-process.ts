// A program of its own: keeps what is PUT in memory and gives it back, with 304 when its validator is named.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface Answer {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

const answers = new Map<string, Answer>([['/', { headers: {}, body: Buffer.alloc(0) }]]);

createServer((request, response) => {
  const target = request.url ?? '';
  if (request.method === 'PUT') {
    void buffer(request).then((body) => {
      const headers = JSON.parse(String(request.headers['x-answer'])) as Record<string, string>;
      answers.set(target, { headers: { ...headers, 'content-length': String(body.length) }, body });
      response.writeHead(204).end();
    });
    return;
  }
  const answer = answers.get(target);
  if (answer === undefined) response.writeHead(404).end();
  else if (isUnchanged(request.headers['if-none-match'], answer))
    response.writeHead(304, unchangedHeaders(answer)).end();
  else response.writeHead(200, answer.headers).end(answer.body);
}).listen(Number(process.env['BARE_PORT']), '127.0.0.1');

/** Without the length of a body that is not sent: wrk would wait for it. */
function unchangedHeaders({ headers: { 'content-length': _length, ...headers } }: Answer): Record<string, string> {
  return headers;
}

function isUnchanged(ifNoneMatch: string | undefined, answer: Answer): boolean {
  return ifNoneMatch !== undefined && ifNoneMatch === answer.headers['etag'];
}
