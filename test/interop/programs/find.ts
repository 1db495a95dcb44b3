import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Built programs stay here between runs; git does not know it. */
const cache = fileURLToPath(new URL('../../../.cache/interop/', import.meta.url));
const bin = join(cache, 'bin');

/** A program to run, or why there is none. */
export interface Program {
  /** Empty where there is none. */
  readonly path: string;
  /** For the name of a skipped test; empty where there is one. */
  readonly missing: string;
}

/** A program of the machine. */
export async function installed(name: string): Promise<Program> {
  const { started } = await execute(name, ['--version']);
  return started ? { path: name, missing: '' } : missing(`${name} is not installed`);
}

/** A program that cannot be built here: where the variable says, or by its name in the PATH. */
export async function given(variable: string, name: string, versionFlag = '--version'): Promise<Program> {
  const path = process.env[variable] ?? name;
  const { started } = await execute(path, [versionFlag]);
  return started
    ? { path, missing: '' }
    : missing(`${variable} names no ${name} and there is none in the PATH`);
}

/** Version that the tests were written against; the newest of which every component can be had from the module proxy. */
const collectorVersion = 'v0.155.0';

/** The OpenTelemetry Collector with OTLP receiver, file exporter and Prometheus exporter, built by its own builder. */
export async function otelCollector(): Promise<Program> {
  const config = fileURLToPath(new URL('otelcol-builder.yaml', import.meta.url));
  const parts = createHash('sha256')
    .update(await readFile(config))
    .digest('hex')
    .slice(0, 12);
  return built('otelcol-interop', `${collectorVersion} ${parts}`, async (target) => {
    const builder = join(bin, 'builder');
    const module = `go.opentelemetry.io/collector/cmd/builder@${collectorVersion}`;
    await succeed('go', ['install', module], cache, { GOBIN: bin, GOFLAGS: '' });
    // The builder's own `go mod tidy` wants the tests of all modules, and not all of them can be had: so without it.
    await succeed(builder, ['--config', config, '--skip-get-modules', '--skip-compilation'], cache);
    const source = join(cache, 'otelcol-src');
    await writeFile(join(source, 'go.mod'), moduleOf(await readFile(config, 'utf8')));
    await succeed('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', target, '.'], source);
  });
}

/** The go.mod that the builder would have written. */
function moduleOf(config: string): string {
  const modules = [...config.matchAll(/gomod: (\S+ \S+)/g)].map(([, module]) => module);
  const required = [...modules, `go.opentelemetry.io/collector/otelcol ${collectorVersion}`];
  return `module interop/otelcol\n\ngo 1.25\n\nrequire (\n${required.join('\n')}\n)\n`;
}

const jaegerModule = 'github.com/jaegertracing/jaeger';
const jaegerVersion = 'v1.76.0';

/** Jaeger with its memory store: the newest version that is a Go module. */
export async function jaeger(): Promise<Program> {
  return built('jaeger-all-in-one', jaegerVersion, async (target) => {
    const folder = join(cache, 'jaeger-src');
    await mkdir(folder, { recursive: true });
    const module = `module interop/jaeger\n\ngo 1.25\n\nrequire ${jaegerModule} ${jaegerVersion}\n`;
    await writeFile(join(folder, 'go.mod'), module);
    await succeed('go', ['mod', 'download', jaegerModule], folder);
    // Jaeger's own sums: the checksum database does not have all of its dependencies.
    const source = await succeed('go', ['list', '-m', '-f', '{{.Dir}}', jaegerModule], folder);
    await writeFile(join(folder, 'go.sum'), await readFile(join(source.trim(), 'go.sum')));
    await succeed(
      'go',
      ['build', '-trimpath', '-ldflags=-s -w', '-o', target, `${jaegerModule}/cmd/all-in-one`],
      folder,
    );
  });
}

/** Python with OpenTelemetry's own protobuf definitions: a decoder that shares nothing with this project. */
export async function officialDecoder(): Promise<Program> {
  const folder = join(cache, 'venv');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  try {
    await mkdir(cache, { recursive: true });
    if (!existsSync(python)) await succeed('python3', ['-m', 'venv', folder], cache);
    const imported = await execute(python, ['-c', 'import opentelemetry.proto.trace.v1.trace_pb2'], cache);
    if (imported.ok) return { path: python, missing: '' };
    await succeed(python, ['-m', 'pip', 'install', '-q', 'opentelemetry-proto==1.45.2'], cache);
    return { path: python, missing: '' };
  } catch (error) {
    return missing(`no Python with opentelemetry-proto: ${String(error)}`);
  }
}

async function built(
  name: string,
  version: string,
  build: (target: string) => Promise<void>,
): Promise<Program> {
  const target = join(bin, name);
  const stamp = `${target}.version`;
  const stamped = existsSync(stamp) ? await readFile(stamp, 'utf8') : '';
  if (existsSync(target) && stamped === version) return { path: target, missing: '' };
  try {
    await mkdir(bin, { recursive: true });
    await build(target);
    await writeFile(stamp, version);
    return { path: target, missing: '' };
  } catch (error) {
    return missing(`${name} could not be built: ${String(error)}`);
  }
}

/** Its standard output; throws with the last line of what it said where it fails. */
async function succeed(
  program: string,
  parameters: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { ok, stdout, said } = await execute(program, parameters, cwd, environment);
  if (!ok) throw new Error(`${program} ${parameters[0] ?? ''}: ${said}`);
  return stdout;
}

interface Executed {
  readonly ok: boolean;
  /** Whether there is such a program at all. */
  readonly started: boolean;
  readonly stdout: string;
  readonly said: string;
}

async function execute(
  program: string,
  parameters: readonly string[],
  cwd?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Executed> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', ...environment };
  const { promise, resolve } = Promise.withResolvers<Executed>();
  execFile(program, parameters, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
    const said = stderr.trim().split('\n').at(-1) || (error?.message ?? '');
    resolve({ ok: error === null, started: error?.code !== 'ENOENT', stdout, said });
  });
  return promise;
}

function missing(why: string): Program {
  return { path: '', missing: why };
}

/** For the name of a suite, and on standard error: says loudly why it is skipped. */
export function skipNote(...programs: readonly Program[]): string {
  const reasons = programs.map((program) => program.missing).filter((reason) => reason !== '');
  if (reasons.length === 0) return '';
  const note = `SKIPPED: ${reasons.join('; ')}`;
  process.stderr.write(`${note}\n`);
  return ` (${note})`;
}
