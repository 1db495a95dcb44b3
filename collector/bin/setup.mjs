// Set-up for `npm start` and `npm test` on a fresh machine: packages by the lock file, then the page.
// Plain JavaScript without packages: it runs on the machine's own Node.js before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stamps = join(root, 'node_modules', '.ccmtrace-setup');

ensure('packages', ['package-lock.json', 'package.json'], 'Installing packages (about a minute, once)', [
  'ci',
  '--no-fund',
  '--no-audit',
  '--loglevel=error',
]);
ensure('page', [...sources('grafana-plugin/src'), 'grafana-plugin/package.json'], 'Building the page', [
  'run',
  '--silent',
  'build:page',
  '--workspace=grafana-plugin',
]);

/** Runs npm with `args` unless it succeeded before on the same contents of `files`. */
function ensure(name, files, message, args) {
  const wanted = fingerprint(files);
  const stamp = join(stamps, name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`${message} …\n`);
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const result = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: npm === undefined && process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write(
      `Set-up stopped: npm ${args.join(' ')} ended with ${result.status ?? result.signal}.\n`,
    );
    process.exit(1);
  }
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, wanted);
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function sources(folder) {
  const walk = (path) =>
    readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return walk(folder).sort();
}
