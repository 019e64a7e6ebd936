import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import lightMyRequest from 'light-my-request';
import type { Response } from 'light-my-request';
import type { HeaderMap } from './edge-message.js';

export interface InjectedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderMap;
  readonly clientAddress: string;
  readonly body: Buffer | undefined;
  /** Called with the request object before the application sees it. */
  readonly bind: (raw: IncomingMessage) => void;
}

export interface InjectedReply {
  readonly raw: IncomingMessage;
  readonly response: Response;
}

/**
 * Runs one request through a Fastify application without a socket. The target is put in place after light-my-request
 * has made the request, since it parses and normalizes the URL that it is given (`..`, `//`, `%2e`).
 */
export function inject(fastify: FastifyInstance, request: InjectedRequest): Promise<InjectedReply> {
  return new Promise((resolve, reject) => {
    let dispatched: IncomingMessage | undefined;
    lightMyRequest(
      (raw: IncomingMessage, response: ServerResponse) => {
        raw.url = request.target;
        dispatched = raw;
        request.bind(raw);
        fastify.routing(raw, response);
      },
      {
        method: request.method,
        url: '/',
        headers: request.headers,
        remoteAddress: request.clientAddress,
        payloadAsStream: true,
        validate: false,
        ...(request.body === undefined ? {} : { payload: request.body }),
      },
      (error, response) => {
        if (response === undefined || dispatched === undefined) reject(error ?? new Error('no response'));
        else resolve({ raw: dispatched, response });
      },
    );
  });
}
