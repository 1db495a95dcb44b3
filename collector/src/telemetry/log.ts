import type { Clock } from '../base/clock.ts';
import { safeLine } from '../base/safe-text.ts';

/** From the most to the least severe. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  /** Least severe level written. */
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Takes one line with its line end; usually standard error. */
  readonly write: (line: string) => void;
  /** Lines in any one minute; what is above is counted and said in the next. Default 120. */
  readonly linesPerMinute?: number;
}

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** The program's own log: one line each, text or JSON, harmless for a terminal, limited in number. */
export class Log {
  readonly #options: LogOptions;
  readonly #clock: Clock;
  readonly #least: number;
  #minute = -1;
  #written = 0;
  #withheld = 0;

  constructor(options: LogOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#least = logLevels.indexOf(options.level);
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (logLevels.indexOf(level) > this.#least) return;
    const nowUs = this.#clock.nowUs();
    this.#turnMinute(nowUs);
    if (this.#written >= (this.#options.linesPerMinute ?? 120)) {
      this.#withheld += 1;
      return;
    }
    this.#written += 1;
    this.#options.write(this.#line(nowUs, level, message, fields));
  }

  #turnMinute(nowUs: number): void {
    const minute = Math.floor(nowUs / 60_000_000);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#written = 0;
    const withheld = this.#withheld;
    this.#withheld = 0;
    if (withheld > 0)
      this.#options.write(
        this.#line(nowUs, 'warn', 'Log lines were withheld: too many a minute.', { withheld }),
      );
  }

  #line(nowUs: number, level: LogLevel, message: string, fields: LogFields): string {
    const time = new Date(nowUs / 1000).toISOString();
    if (this.#options.format === 'json') return `${JSON.stringify({ time, level, message, ...fields })}\n`;
    const extra = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
    return `${safeLine(`${time} ${level.padEnd(5)} ${message}${extra.join('')}`)}\n`;
  }
}
