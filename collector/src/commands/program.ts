import { Command, CommanderError } from 'commander';
import { Failure } from '../base/failure.ts';
import { addCheck } from './check.ts';
import { addDevices } from './devices.ts';
import { addExplain } from './explain.ts';
import { addExport } from './export.ts';
import { addIngest } from './ingest.ts';
import { addRun } from './run.ts';
import { addSimulate } from './simulate.ts';
import type { Surroundings } from './surroundings.ts';
import { addTrace } from './trace.ts';

/** Exit codes: 0 done, 1 something asked for failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one command line.
 * @param args arguments without the program's name
 */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { errors } = surroundings;
  try {
    await createProgram(surroundings).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Failure) {
      errors.write(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

function createProgram(surroundings: Surroundings): Command {
  const { output, errors, version } = surroundings;
  const program = new Command('ccmtrace')
    .description('Turns Configuration Manager token requests into OpenTelemetry traces.')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => errors.write(text) })
    .showHelpAfterError('(ccmtrace --help lists the commands and their options)');
  for (const add of [addRun, addIngest, addTrace, addDevices, addExport, addExplain, addCheck, addSimulate])
    add(program, surroundings);
  for (const command of program.commands) {
    command.exitOverride().configureOutput(program.configureOutput()).showHelpAfterError(true);
  }
  return program;
}
