import type { Context, SpanOptions } from '@opentelemetry/api';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';

export interface Tracing {
  stop(): Promise<void>;
}

// Full sampling costs two thirds of the throughput of a trivial route.
const sampledShare = 0.05;

/** How long one attempt to hand spans on takes, with its retries. */
const exportMilliseconds = 3000;

/** Starts the OpenTelemetry SDK when a collector (OTLP over HTTP) is configured; without one, spans cost nothing. */
export function startTracing(options: {
  readonly service: string;
  readonly collectorUrl?: string | undefined;
}): Tracing {
  if (options.collectorUrl === undefined) return { stop: () => Promise.resolve() };
  const root = new TraceIdRatioBasedSampler(sampledShare);
  const sdk = new NodeSDK({
    serviceName: options.service,
    traceExporter: new OTLPTraceExporter({ url: options.collectorUrl, timeoutMillis: exportMilliseconds }),
    sampler: new ParentBasedSampler({ root }),
  });
  sdk.start();
  // A service ends in good order, whether or not somebody takes its last spans.
  return { stop: () => sdk.shutdown().catch(() => undefined) };
}

/** The current trace as W3C headers (`traceparent`, `tracestate`); empty outside of a trace. */
export function traceHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** Runs `work` as a span below the trace that `headers` carry. */
export function withRemoteTrace<Result>(
  headers: Readonly<Record<string, string>>,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return inSpan({ name, kind: SpanKind.CONSUMER, parent: propagation.extract(ROOT_CONTEXT, headers) }, work);
}

/** Runs `work` as the span of a request that was taken from outside. Costs nothing while nothing is traced. */
export function withRequestSpan<Result>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  return inSpan({ name, kind: SpanKind.SERVER, parent: context.active(), attributes }, work);
}

function inSpan<Result>(
  {
    name,
    parent,
    ...options
  }: { readonly name: string; readonly parent: Context } & Pick<SpanOptions, 'kind' | 'attributes'>,
  work: () => Promise<Result>,
): Promise<Result> {
  return trace.getTracer('waybill').startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
