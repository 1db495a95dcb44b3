#!/usr/bin/env node
// Starts the program on a Node.js that can run it: this one, or the one pinned in the repository.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const neededMajor = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  // Left to itself, the heap of a process that runs for months grows to several times what it holds before it is swept.
  if (process.argv[2] === 'run') setFlagsFromString('--heap-growing-percent=40');
  // One pass over a large fleet keeps its stories in memory until all logs are read: let it have what is there.
  setFlagsFromString(`--max-old-space-size=${Math.floor((totalmem() / 2 ** 20) * 0.75)}`);
  const built = join(here, '..', 'dist', 'main.js');
  const source = join(here, '..', 'src', 'main.ts');
  await import(pathToFileURL(existsSync(source) ? source : built).href);
} else {
  startOnPinnedNode();
}

function startOnPinnedNode() {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `ccmtrace needs Node.js ${neededMajor} or newer and this is ${process.version}: install it, or run npm ci in the repository, which brings its own.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}

function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
