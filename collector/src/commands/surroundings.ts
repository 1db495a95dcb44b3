/** What a command may touch of the process; main.ts makes it, tests make their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Results: what was asked for. */
  readonly output: Terminal;
  /** Progress, warnings and logs. */
  readonly errors: Terminal;
  readonly input: AsyncIterable<Uint8Array>;
  /** Aborted when the user or the system asks to stop. */
  readonly stop: AbortSignal;
  readonly version: string;
}

export interface Terminal {
  write(text: string): void;
  /** Colours, progress bars and redrawing make sense. */
  readonly isTerminal: boolean;
  /** Columns, 80 where unknown; asked for anew at each use since windows change. */
  columns(): number;
}
