import type { AnsweredRequest, RequestLog } from './access-log.js';

const flushAfterMs = 50;
/** Little enough to stay in the processor's cache: eight times as much costs a tenth of the throughput. */
const bufferBytes = 8192;

/** Which requests are written down: all of them, those that went wrong, or none. */
export const accessLogModes = ['all', 'errors', 'none'] as const;
type AccessLogMode = (typeof accessLogModes)[number];

/**
 * The access log, one JSON line for a request, as the service's logger would write it. A line is put together by hand and
 * lines are written many at a time: with a logger it costs more than the answer does. A crash may lose the last 50 ms.
 */
export class BufferedRequestLog implements RequestLog {
  /** Lines as they will be written: text that waits would be walked over by every collection of garbage. */
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);
  private used = 0;
  private timer: NodeJS.Timeout | undefined;
  private millisecond = 0;
  private time = '';

  constructor(
    private readonly options: {
      readonly service: string;
      readonly mode: AccessLogMode;
      /** Takes whole lines. */
      readonly write: (lines: string) => void;
    },
  ) {}

  answered(request: AnsweredRequest): void {
    const { requestId, method, path, status, clientAddress, service, milliseconds, aborted } = request;
    const { mode } = this.options;
    if (mode === 'none' || (mode === 'errors' && status < 400 && !aborted)) return;
    // Numbers of a tenth of a millisecond, as short as they are.
    const duration = String(Math.round(milliseconds * 10) / 10);
    const line =
      `{"level":"info","time":"${this.now()}","service":"${this.options.service}","request.id":"${requestId}",` +
      `"http.method":"${method}","url.path":${JSON.stringify(path)},"http.status":${String(status)},` +
      `"client.address":"${clientAddress}","edge.service":"${service}",` +
      `"duration_ms":${duration}${aborted ? ',"aborted":true' : ''},"msg":"request"}\n`;
    if (line.length > bufferBytes - this.used) this.flush();
    if (line.length > bufferBytes) {
      this.options.write(line);
      return;
    }
    this.used += this.buffer.write(line, this.used, 'latin1');
    this.timer ??= setTimeout(this.flush, flushAfterMs);
  }

  /** Writes what is due; to be called before the end. */
  readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.used === 0) return;
    const lines = this.buffer.toString('latin1', 0, this.used);
    this.used = 0;
    this.options.write(lines);
  };

  private now(): string {
    const millisecond = Date.now();
    if (millisecond !== this.millisecond) {
      this.millisecond = millisecond;
      this.time = new Date(millisecond).toISOString();
    }
    return this.time;
  }
}
