import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repository } from '../support/run-cli.ts';
import { type RunningCollector, startCollector, stopCollector, until } from '../support/running-collector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/* Real programs in surroundings that fail them: what is said, and that nothing is lost or told twice. */

/** Somebody who may do less than root. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
/** A user besides root that may read the program: permissions mean nothing to root. */
const asNobody =
  isRoot && spawnSync(process.execPath, ['--version'], { uid: nobody, cwd: repository }).status === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

interface Place {
  readonly folder: string;
  readonly logs: string;
  readonly log: string;
  readonly store: string;
  readonly args: readonly string[];
}

/** Logs of a connection point and a configuration in which a request is told a few seconds after it was logged. */
async function place(): Promise<Place> {
  const folder = await temporaryFolder();
  const logs = join(folder, 'CP01', 'Logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(folder, 'ccmtrace.yaml'), 'joins: { settleMs: 0 }\n');
  const store = join(folder, 'store');
  mkdirSync(store);
  if (asNobody) for (const path of [folder, store]) chownSync(path, nobody, nobody);
  const args = ['--config', join(folder, 'ccmtrace.yaml'), '--store', store, join(folder, 'CP01')];
  return { folder, logs, log: join(logs, 'SMS_CLOUD_PROXYCONNECTOR.log'), store, args };
}

/** Requests of a connection point, each a trace of its own. */
function requests(from: number, to: number, offsetMs = 0): string {
  let text = '';
  for (let number = from; number < to; number++) {
    const [day = '', time = ''] = new Date(Date.now() + offsetMs - to + number).toISOString().split('T');
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    text += `<![LOG[MessageID: ${id} RequestURI: https://MP.CONTOSO.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 200 OK ~~ ResponseBodySize: 0 ElapsedTime: 2 ms]LOG]!><time="${time.slice(0, 12)}+000" date="${day.slice(5)}-${day.slice(0, 4)}" component="SMS_CLOUD_PROXYCONNECTOR" context="" type="1" thread="7" file="a.cpp:1">\r\n`;
  }
  return text;
}

/** Waits until there are so many traces, and fails where there are more. */
async function traces({ url, stderr }: RunningCollector, count: number): Promise<void> {
  const found = async (): Promise<number> => {
    const answer = await fetch(`${url}api/v1/traces?limit=500`);
    return ((await answer.json()) as { rows: unknown[] }).rows.length;
  };
  await until(
    async () => ((await found()) >= count ? true : undefined),
    () => `there are never ${count} traces: ${stderr()}`,
  );
  expect(await found()).toBe(count);
}

async function says({ stderr }: RunningCollector, text: string | RegExp): Promise<void> {
  await until(
    () => (typeof text === 'string' ? stderr().includes(text) : text.test(stderr())) || undefined,
    () => `it never says ${String(text)}: ${stderr()}`,
  );
}

describe('ccmtrace run, where its surroundings fail it', () => {
  it.skipIf(!asNobody)(
    'reads on where a permission is lost and comes back (skipped unless root)',
    async () => {
      const { folder, log, args } = await place();
      writeFileSync(log, requests(0, 5));
      const running = await startCollector(args, { cwd: folder, uid: nobody });
      await traces(running, 5);
      chmodSync(log, 0o000);
      appendFileSync(log, requests(5, 10));
      await says(
        running,
        `${log} cannot be read now: permission is missing. It is read on from where it was`,
      );
      chmodSync(log, 0o644);
      await traces(running, 10);
      expect(await stopCollector(running)).toBe(0);
    },
  );

  it('reads on where a share vanishes and comes back, with what was written meanwhile', async () => {
    const { folder, logs, log, args } = await place();
    writeFileSync(log, requests(0, 5));
    const running = await startCollector(args, { cwd: folder });
    await traces(running, 5);
    const away = join(folder, 'away');
    renameSync(join(folder, 'CP01'), away);
    appendFileSync(join(away, 'Logs', 'SMS_CLOUD_PROXYCONNECTOR.log'), requests(5, 10));
    await says(running, `${logs} cannot be read now: it is not there`);
    renameSync(away, join(folder, 'CP01'));
    await traces(running, 10);
    expect(await stopCollector(running)).toBe(0);
    expect(running.stderr()).not.toContain('suspected');
  });

  it.skipIf(!asNobody)(
    'refuses a store folder that is read-only, in one sentence (skipped unless root)',
    async () => {
      const { folder, log, store, args } = await place();
      writeFileSync(log, requests(0, 5));
      chmodSync(store, 0o555);
      await expect(startCollector(args, { cwd: folder, uid: nobody })).rejects.toThrow(
        /^it ended with 1: the store .*traces\.duckdb cannot be opened: .*; check the folder's permissions and free space\n$/,
      );
      chmodSync(store, 0o755);
      const running = await startCollector(args, { cwd: folder, uid: nobody });
      await traces(running, 5);
      expect(await stopCollector(running)).toBe(0);
    },
  );

  it.skipIf(!asNobody)('goes on where the store folder becomes read-only (skipped unless root)', async () => {
    const { folder, log, store, args } = await place();
    writeFileSync(log, requests(0, 5));
    const running = await startCollector(args, { cwd: folder, uid: nobody });
    await traces(running, 5);
    chmodSync(store, 0o555);
    appendFileSync(log, requests(5, 10));
    await says(running, `The checkpoints could not be written to ${join(store, 'checkpoints.json')}`);
    await traces(running, 10);
    running.child.kill('SIGKILL');
    chmodSync(store, 0o755);
    appendFileSync(log, requests(10, 12));
    const again = await startCollector(args, { cwd: folder, uid: nobody });
    await traces(again, 12);
    expect(await stopCollector(again)).toBe(0);
  });

  it.skipIf(!canMount)(
    'waits where the disk is full, and goes on when there is room (skipped unless root)',
    async () => {
      const { folder, log, store, args } = await place();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', store]);
      onTestFinished(() => void spawnSync('umount', ['-l', store]));
      writeFileSync(log, requests(0, 5));
      const running = await startCollector(args, { cwd: folder });
      await traces(running, 5);
      const { bavail, bsize } = statfsSync(store);
      writeFileSync(join(store, 'filler'), Buffer.alloc(bavail * bsize));
      appendFileSync(log, requests(5, 300));
      await says(running, new RegExp(`The store in ${store} cannot be written: .*No space left on device`));
      expect((await fetch(`${running.url}readyz`)).status).toBe(503);
      appendFileSync(log, requests(300, 400));
      rmSync(join(store, 'filler'));
      await traces(running, 400);
      expect((await fetch(`${running.url}readyz`)).status).toBe(200);
      expect(await stopCollector(running)).toBe(0);
    },
  );

  it('goes on where the clock is set back, and says so', async () => {
    const { folder, log, args } = await place();
    const offset = join(folder, 'offset');
    writeFileSync(offset, '0');
    writeFileSync(log, requests(0, 5));
    const shim = join(repository, 'test', 'support', 'set-clock.mjs');
    const running = await startCollector(args, {
      cwd: folder,
      environment: { NODE_OPTIONS: `--import=${shim}`, CLOCK_OFFSET_FILE: offset },
    });
    await traces(running, 5);
    writeFileSync(offset, '-3600000');
    appendFileSync(log, requests(5, 10, -3_600_000));
    await says(running, /The clock of this machine was set back by 3[56]\d\d s\./);
    await traces(running, 10);
    appendFileSync(log, requests(10, 12, -3_600_000));
    await traces(running, 12);
    expect(await stopCollector(running)).toBe(0);
  });
});
