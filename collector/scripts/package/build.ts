import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Compiles the collector to JavaScript. */
export function compileCollector(root: string, to: string): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'collector', 'tsconfig.build.json');
  run(process.execPath, [compiler, '-p', project, '--outDir', to], root);
}

/** Builds the page or the Grafana panel with the plugin's own scripts, to where `args` say. */
export function buildScript(
  root: string,
  workspace: string,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): void {
  const parameters = ['run', '--silent', script, `--workspace=${workspace}`, '--', ...args];
  // Whatever the caller's is: with another, React's development build comes in, with paths of this machine.
  run('npm', parameters, root, { ...environment, NODE_ENV: 'production' });
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): void {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: program === 'npm' && process.platform === 'win32',
  });
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${result.status ?? result.signal}.`);
}
