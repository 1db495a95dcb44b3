import type { Command } from 'commander';
import { Failure } from '../base/failure.ts';
import { safeLine } from '../base/safe-text.ts';
import type { Explained } from '../pipeline/explain.ts';
import { type CommonOptions, collect, configOf } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { createStyle, type Style } from './terminal/style.ts';

interface ExplainOptions extends CommonOptions {
  readonly log?: string;
  readonly json?: boolean;
}

export function addExplain(program: Command, surroundings: Surroundings): void {
  program
    .command('explain')
    .description('Says what the mappings make of a line: record, rule and attributes, or the nearest rule.')
    .argument(
      '[line]',
      "a record or a message; '-' reads records from standard input and writes JSON, one object each",
      '-',
    )
    .option('--log <name>', 'log that the line is from, such as CCM_STS.log; otherwise every log is tried')
    .option('--config <file>', 'configuration file')
    .option('--mappings <folder>', 'folder of mappings laid over the shipped ones; repeatable', collect)
    .option('--json', 'writes one JSON object')
    .action((line: string, options: ExplainOptions) => explain(line, options, surroundings));
}

async function explain(line: string, options: ExplainOptions, surroundings: Surroundings): Promise<void> {
  const { output, input } = surroundings;
  const config = await configOf(options, surroundings);
  const { createExplainer } = await import('../pipeline/explain.ts');
  const explainer = await createExplainer(config.mappings, options.log);
  if (line === '-') {
    for await (const explained of explainer.stream(input))
      output.write(`${JSON.stringify(forPrograms(explained))}\n`);
    return;
  }
  const explained = explainer.explain(line);
  if (explained === undefined) throw new Failure('There is nothing to explain: the line is empty.');
  const style = createStyle(output.isTerminal);
  output.write(
    options.json ? `${JSON.stringify(forPrograms(explained))}\n` : `${draw(explained, style).join('\n')}\n`,
  );
}

function forPrograms({ event, outcome, attributes }: Explained): object {
  return { event: event ?? null, outcome: outcome ?? null, attributes };
}

function draw(explained: Explained, style: Style): string[] {
  const { record } = explained;
  const row = (name: string, value: string): string => `  ${name.padEnd(10)} ${safeLine(value)}`;
  const lines = [
    style.bold('record'),
    row('envelope', record.envelope),
    row('message', record.message),
    ...(record.loggedAt === undefined ? [] : [row('time', record.loggedAt)]),
    ...(record.component === '' ? [] : [row('component', record.component)]),
    ...(record.thread === undefined ? [] : [row('thread', String(record.thread))]),
  ];
  if (explained.event === undefined) {
    return [
      ...lines,
      style.yellow('no rule matches'),
      ...explained.advice.map((line) => `  ${safeLine(line)}`),
    ];
  }
  const colour =
    explained.outcome === 'fail' ? style.red : explained.outcome === 'ok' ? style.green : style.bold;
  return [
    ...lines,
    `${style.bold('event')}  ${colour(`${explained.event} (${explained.outcome})`)}`,
    row('rule', explained.rule),
    ...(explained.log === '' ? [] : [row('log', explained.log)]),
    ...Object.entries(explained.attributes).map(([name, value]) => `  ${name} = ${safeLine(String(value))}`),
  ];
}
