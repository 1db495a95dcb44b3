import { parseArgs } from 'node:util';

const usage = `npm run package [-- --out FOLDER]

Makes ccmtrace-VERSION.tar.gz, its checksum beside it, which installs without a network on Linux and Windows.

  --out FOLDER   where to put them; collector/dist by default
  --help         this text
`;

/** What a command line comes to: a folder to write to, or a text to print and the exit code to end with. */
export type Arguments = { readonly out: string } | { readonly says: string; readonly exitCode: 0 | 2 };

/** Reads the arguments behind the script's name; `usual` is the folder where none is given. */
export function readArguments(args: readonly string[], usual: string): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { out: { type: 'string', default: usual }, help: { type: 'boolean', short: 'h' } },
    });
    return values.help === true ? { says: usage, exitCode: 0 } : { out: values.out };
  } catch (error) {
    // Node says which argument, in a sentence or three: the first is enough.
    const [reason = ''] = (error as Error).message.split('. ');
    return { says: `${reason.replace(/\.$/, '')}.\n\n${usage}`, exitCode: 2 };
  }
}
