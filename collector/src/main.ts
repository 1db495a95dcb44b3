/** The only file that touches arguments, environment, signals and exit codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './commands/program.ts';
import type { Terminal } from './commands/surroundings.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stop.abort(signal);
    // A second signal of the kind ends the process at once: the default handler is back.
  });
}

// A reader that goes away (`ccmtrace trace … | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  output: terminal(process.stdout),
  errors: terminal(process.stderr),
  input: process.stdin,
  stop: stop.signal,
  version: version(),
});

function terminal(stream: NodeJS.WriteStream): Terminal {
  const colours = process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY && colours,
    columns: () => stream.columns ?? 80,
  };
}

function version(): string {
  const file = join(import.meta.dirname, '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
