import type { Principal } from '@waybill/domain';
import { callerOf, edgeContextOf } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from './web-login.pages.js';

/** Who looks at a page, from where. */
export interface PageVisitor {
  readonly caller: Principal;
  readonly clientAddress: string;
  /** The User-Agent. */
  readonly client: string | undefined;
  readonly externalUrl: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly html: string;
  /** In addition to, and instead of, the headers that every page has. */
  readonly headers: Readonly<Record<string, string>>;
}

export function answer(status: number, html: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return { status, html, headers };
}

export function visitorOf(request: FastifyRequest): PageVisitor {
  const { clientAddress, externalUrl } = edgeContextOf(request);
  return { caller: callerOf(request), clientAddress, client: request.headers['user-agent'], externalUrl };
}

/** Sets status and headers, and gives the body. */
export function sendAnswer(reply: FastifyReply, { status, html, headers }: PageAnswer): string {
  void reply.status(status).headers({ ...pageHeaders, ...headers });
  return html;
}
