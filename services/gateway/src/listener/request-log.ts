import type { AnsweredRequest, RequestLog } from './access-log.js';

const flushAfterMs = 50;
const flushBytes = 16_384;

/** Which requests are written down: all of them, those that went wrong, or none. */
export const accessLogModes = ['all', 'errors', 'none'] as const;
type AccessLogMode = (typeof accessLogModes)[number];

/**
 * The access log, one JSON line for a request, as the service's logger would write it. A line is put together by hand and
 * lines are written many at a time: with a logger it costs more than the answer does. A crash may lose the last 50 ms.
 */
export class BufferedRequestLog implements RequestLog {
  private lines = '';
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
    this.lines +=
      `{"level":"info","time":"${this.now()}","service":"${this.options.service}","request.id":"${requestId}",` +
      `"http.method":${JSON.stringify(method)},"url.path":${JSON.stringify(path)},"http.status":${String(status)},` +
      `"client.address":${JSON.stringify(clientAddress)},"edge.service":"${service}",` +
      `"duration_ms":${String(Math.round(milliseconds * 10) / 10)}${aborted ? ',"aborted":true' : ''},"msg":"request"}\n`;
    if (this.lines.length >= flushBytes) this.flush();
    else this.timer ??= setTimeout(this.flush, flushAfterMs);
  }

  /** Writes what is due; to be called before the end. */
  readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lines === '') return;
    const { lines } = this;
    this.lines = '';
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
