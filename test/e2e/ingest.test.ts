import { cp, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOtlpLines, treeOf } from '../support/otlp-lines.ts';
import { repository, runCli } from '../support/run-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sample = join(repository, 'collector', 'sample');

describe('ccmtrace ingest', () => {
  it('makes the traces of the bundled sample', async () => {
    const folder = await temporaryFolder();
    const { code, stderr } = await runCli(['ingest', sample, '--otlp-file', join(folder, 'out.json')], {
      cwd: folder,
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const spans = await readOtlpLines(join(folder, 'out.json'));
    const roots = spans.filter((span) => span.parentSpanId === '').map((span) => span.name);
    expect(roots.sort()).toEqual(['client install', 'client registration', 'token renewal', 'token renewal']);
  });

  it('leads from every span event to its byte in its file', async () => {
    const folder = await temporaryFolder();
    await runCli(['ingest', sample, '--otlp-file', join(folder, 'out.json')], { cwd: folder });
    const spans = await readOtlpLines(join(folder, 'out.json'));
    const events = spans.flatMap((span) => span.events);
    expect(events.length).toBeGreaterThan(30);
    for (const { attributes } of events) {
      const file = await open(String(attributes['log.file.path']));
      const text = Buffer.alloc(60);
      await file.read(text, 0, text.length, Number(attributes['ccm.log.offset']));
      await file.close();
      const firstLine = String(attributes['log.record.original']).split('\n')[0]?.slice(0, 30) ?? '';
      expect(text.toString('latin1')).toContain(firstLine.replace(/^<!\[LOG\[/, '').slice(0, 20));
    }
  });

  it('gives the same bytes whatever the order of the paths and however often they are given', async () => {
    const folder = await temporaryFolder();
    const hosts = ['CP01', 'MP01', 'SITE01', 'WIN-042'].map((host) => join(sample, host));
    const outputs: Buffer[] = [];
    for (const [index, paths] of [hosts, hosts.toReversed(), [...hosts, ...hosts]].entries()) {
      const file = join(folder, `${index}.json`);
      expect(await runCli(['ingest', ...paths, '--otlp-file', file], { cwd: folder })).toMatchObject({
        code: 0,
      });
      outputs.push(await readFile(file));
    }
    expect(outputs[0]?.length).toBeGreaterThan(1000);
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
  });

  it('names what it cannot read, goes on and ends with 0', async () => {
    const folder = await temporaryFolder();
    const logs = join(folder, 'WIN-042', 'CCM', 'Logs');
    await mkdir(logs, { recursive: true });
    await cp(join(sample, 'WIN-042'), join(folder, 'WIN-042'), { recursive: true });
    await writeFile(
      join(logs, 'binary.log'),
      Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 31) % 256)),
    );
    await writeFile(join(logs, 'empty.log'), '');
    const record = (text: string): string =>
      `<![LOG[${text}]LOG]!><time="12:00:00.000+000" date="03-08-2026" component="CcmMessaging" context="" type="1" thread="7" file="a.cpp:1">\r\n`;
    await writeFile(
      join(logs, 'CcmMessaging-20260308-130000.log'),
      Buffer.from(`\ufeff${record('x')}`, 'utf16le'),
    );
    await writeFile(join(logs, 'LocationServices.log'), `${record('y'.repeat(10_000_000))}${record('z')}`);
    await symlink(join(folder, 'nowhere'), join(logs, 'dangling.log'));
    const { code, stderr } = await runCli(['ingest', folder, '--json'], { cwd: folder });
    expect(code, stderr).toBe(0);
    const { stdout } = await runCli(['ingest', folder, '--json'], { cwd: folder });
    const summary = JSON.parse(stdout) as {
      lost: Record<string, number>;
      troubles: { reason: string; subject: string }[];
    };
    const reasons = summary.troubles.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['binary_file', 'empty_file', 'unreadable_file']));
    expect(summary.lost).toMatchObject({ record_too_long: 1 });
  });

  it('keeps the traces and finds them again by any identity', async () => {
    const folder = await temporaryFolder();
    expect(await runCli(['ingest', sample], { cwd: folder })).toMatchObject({ code: 0 });
    const byHost = await runCli(['trace', 'win-042'], { cwd: folder });
    expect(byHost.code, byHost.stderr).toBe(0);
    expect(byHost.stdout).toContain('token renewal');
    expect(byHost.stdout).toContain('connection point forward');
    const nobody = await runCli(['trace', 'no-such-host'], { cwd: folder });
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toMatch(/^No trace of 'no-such-host'/);
  });
});

describe('ccmtrace devices', () => {
  it('lists the devices whose token ran out and that were seen since', async () => {
    const folder = await temporaryFolder();
    await runCli(['ingest', sample], { cwd: folder });
    const { code, stdout } = await runCli(['devices', '--overdue', '--json'], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ count: 1, devices: [{ host: 'WIN-042' }] });
    expect((await runCli(['devices', '--overdue'], { cwd: folder })).stdout).toMatch(
      /^WIN-042 +7D4C2B19-.* ago/m,
    );
  });
});

describe('ccmtrace export', () => {
  it('writes Parquet files, and a backup that opens as a store', async () => {
    const folder = await temporaryFolder();
    await runCli(['ingest', sample], { cwd: folder });
    const { code, stdout } = await runCli(
      ['export', '--parquet', 'out', '--backup', 'copy/traces.duckdb', '--json'],
      { cwd: folder },
    );
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { files: { path: string; rows: number }[] };
    expect(files.find(({ path }) => path.endsWith('traces.parquet'))).toMatchObject({ rows: 4 });
    expect((await readFile(join(folder, 'out', 'spans.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
    expect(await runCli(['trace', 'win-042', '--store', 'copy'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  it('says what is missing where nothing is asked for', async () => {
    expect(await runCli(['export'], { cwd: await temporaryFolder() })).toMatchObject({
      code: 1,
      stderr: 'Nothing to export: say where with --parquet FOLDER or --backup FILE.\n',
    });
  });
});

describe('treeOf()', () => {
  it('draws spans below their parents', () => {
    const span = (spanId: string, parentSpanId: string, start: bigint) => ({
      traceId: 't',
      spanId,
      parentSpanId,
      name: spanId,
      service: '',
      startNano: start,
      endNano: start,
      statusCode: 0,
      attributes: {},
      events: [],
    });
    expect(treeOf([span('c', 'a', 2n), span('a', '', 0n), span('b', 'a', 1n)])).toEqual(['a', '  b', '  c']);
  });
});
