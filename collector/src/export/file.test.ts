import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import { openOtlpFile, writeOtlpFile } from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otlp-file-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const traces = [1, 2, 3].map((number) => madeTrace({ number }));

describe('writeOtlpFile()', () => {
  it('writes one request a line, by start time, the same bytes from any order', async () => {
    await writeOtlpFile(join(folder, 'a'), traces);
    await writeOtlpFile(join(folder, 'b'), [...traces].reverse());
    const bytes = await readFile(join(folder, 'a'));
    expect(bytes.equals(await readFile(join(folder, 'b')))).toBe(true);
    const lines = bytes.toString().trimEnd().split('\n');
    const ids = lines.map((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans[0].traceId);
    expect(ids).toEqual(traces.map((trace) => trace.traceId));
  });

  it('writes an empty file for no traces', async () => {
    await writeOtlpFile(join(folder, 'a'), []);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('');
  });

  it('says what to do where the folder does not exist', async () => {
    await expect(writeOtlpFile(join(folder, 'no/a'), traces)).rejects.toThrow(
      /Could not write .*no.a: .* Name a file/,
    );
  });
});

describe('openOtlpFile()', () => {
  it('shows nothing before close, and the whole file after', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    const file = await openOtlpFile(path);
    const big = Array.from({ length: 300 }, (_, number) => madeTrace({ number, originalBytes: 2000 }));
    await file.write(big);
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.close();
    await file.close();
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(301);
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('leaves what was there when discarded', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    const file = await openOtlpFile(path);
    await file.write(traces);
    await file.discard();
    await file.discard();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a']);
  });
});
