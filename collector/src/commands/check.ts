import type { Command } from 'commander';
import { Failure } from '../base/failure.ts';
import { safeLine } from '../base/safe-text.ts';
import type { CheckReport, Finding } from '../pipeline/check.ts';
import { type CommonOptions, collect, configOf } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { createStyle, type Style } from './terminal/style.ts';
import { drawTable } from './terminal/table.ts';

interface CheckOptions extends CommonOptions {
  readonly json?: boolean;
}

export function addCheck(program: Command, surroundings: Surroundings): void {
  program
    .command('check')
    .description('Checks configuration, mappings, paths and logs, and says what is missing for whole traces.')
    .argument('[path...]', 'files, folders, globs or .zip archives to look through, besides those configured')
    .option('--config <file>', 'configuration file')
    .option('--mappings <folder>', 'folder of mappings laid over the shipped ones; repeatable', collect)
    .option('--json', 'writes the findings as JSON to standard output')
    .action((paths: string[], options: CheckOptions) => check(paths, options, surroundings));
}

async function check(
  paths: readonly string[],
  options: CheckOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { output } = surroundings;
  const config = await configOf(options, surroundings);
  const { checkSetup } = await import('../pipeline/check.ts');
  const report = await checkSetup({ config, paths });
  if (options.json) output.write(`${JSON.stringify(report)}\n`);
  else output.write(`${draw(report, createStyle(output.isTerminal)).join('\n')}\n`);
  const broken = report.findings.filter((finding) => finding.level === 'error').length;
  if (broken > 0)
    throw new Failure(`${broken} of the findings must be mended before ccmtrace can do its work.`);
}

function draw(report: CheckReport, style: Style): string[] {
  const figures = new Intl.NumberFormat('en');
  const number = (value: number): string => figures.format(value);
  const rows = report.logs.map(({ tier, host, log, files, records, recognised }) => [
    tier,
    safeLine(host),
    safeLine(log),
    number(files),
    number(records),
    number(recognised),
  ]);
  const header = ['tier', 'host', 'log', 'files', 'records', 'recognised'];
  return [
    `${style.bold('mappings')}  ${number(report.rules)} rules, all samples pass`,
    ...(rows.length === 0 ? [] : ['', ...drawTable(header, rows, style)]),
    '',
    ...(report.findings.length === 0
      ? [style.green('Nothing is missing.')]
      : report.findings.map((finding) => drawFinding(finding, style))),
  ];
}

function drawFinding({ level, sentence }: Finding, style: Style): string {
  switch (level) {
    case 'error':
      return `${style.red('error   ')}  ${safeLine(sentence)}`;
    case 'warning':
      return `${style.yellow('warning ')}  ${safeLine(sentence)}`;
    case 'note':
      return `${style.dim('note    ')}  ${safeLine(sentence)}`;
  }
}
