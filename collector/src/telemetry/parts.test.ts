import { describe, expect, it } from 'vitest';
import { DeviceWindows } from './device-windows.ts';
import { LabelGuard } from './label-guard.ts';
import { Log } from './log.ts';
import { RecentKeys } from './recent-keys.ts';
import { RecentMaximum } from './recent-maximum.ts';
import { toTextFormat } from './text-format.ts';

const minute = 60_000_000;
const now = 1_735_693_200_000_000;

function attempt(device: string, minutesAgo: number, errorType = '', story = 'token renewal') {
  return { device, site: 'ABC', story, errorType, endUs: now - minutesAgo * minute };
}

function count(windows: DeviceWindows, window: string, atUs = now) {
  const found = windows.counts(atUs).find((row) => row.window === window && row.story === 'token renewal');
  return [found?.seen, found?.failing];
}

describe('DeviceWindows', () => {
  it('counts a client that fails a thousand times as one device', () => {
    const windows = new DeviceWindows();
    for (let i = 1000; i > 0; i--) windows.add(attempt('a', i / 20, 'http_401'));
    windows.add(attempt('b', 1));
    expect(count(windows, '1h')).toEqual([2, 1]);
  });

  it('goes by the newest attempt, in whatever order attempts come', () => {
    const windows = new DeviceWindows();
    windows.add(attempt('a', 1));
    windows.add(attempt('a', 20, 'timeout'));
    expect(count(windows, '1h')).toEqual([1, 0]);
  });

  it('counts each window by itself and forgets after the longest', () => {
    const windows = new DeviceWindows();
    windows.add(attempt('a', 3, 'timeout'));
    windows.add(attempt('b', 90, 'timeout'));
    windows.add(attempt('c', 60 * 24 * 2));
    expect(['5m', '1h', '2h', '3d'].map((window) => count(windows, window))).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
    expect(count(windows, '3d', now + 4320 * minute)).toEqual([0, 0]);
    expect(windows.counts(now + 4320 * minute)).toEqual([]);
  });

  it('holds no more devices than its limit, dropping the one unchanged longest', () => {
    const windows = new DeviceWindows(2);
    for (const device of ['a', 'b', 'c']) windows.add(attempt(device, 1));
    expect(count(windows, '1h')).toEqual([2, 0]);
  });

  it('counts failing devices by type over the last hour', () => {
    const windows = new DeviceWindows();
    windows.add(attempt('a', 5, 'tls_crl'));
    windows.add(attempt('a', 5, 'tls_crl', 'token request'));
    windows.add(attempt('b', 61, 'tls_crl'));
    expect(windows.failingByType(now)).toEqual([{ site: 'ABC', errorType: 'tls_crl', devices: 1 }]);
  });
});

describe('LabelGuard', () => {
  it('lets only so many distinct values of a label through', () => {
    const guard = new LabelGuard(2);
    expect(['a', 'b', 'c', 'a'].map((value) => guard.value('host', value))).toEqual(['a', 'b', 'other', 'a']);
    expect(guard.value('method', 'c')).toBe('c');
  });
});

describe('RecentKeys', () => {
  it('knows a key again until as many newer ones came as it holds', () => {
    const keys = new RecentKeys(2);
    expect(['a', 'a', 'b', 'a', 'c', 'b'].map((key) => keys.add(key))).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('RecentMaximum', () => {
  it('keeps the largest value for at least half of its period', () => {
    const maximum = new RecentMaximum(60 * minute);
    maximum.add('a', 3, 0);
    maximum.add('a', 5, minute);
    maximum.add('a', 4, 31 * minute);
    expect(maximum.values(59 * minute).get('a')).toBe(5);
    expect(maximum.values(61 * minute).get('a')).toBe(4);
    expect(maximum.values(200 * minute).size).toBe(0);
  });
});

function logTo(
  lines: string[],
  format: 'text' | 'json',
  level: 'info' | 'error' = 'info',
  clockUs = { now },
) {
  const options = { level, format, write: (line: string) => lines.push(line), linesPerMinute: 2 } as const;
  return new Log(options, { nowUs: () => clockUs.now });
}

describe('Log', () => {
  it('writes text that cannot steer a terminal', () => {
    const lines: string[] = [];
    logTo(lines, 'text').log('warn', 'bad \u001b[2J name\nnext', { path: 'C:\\x' });
    expect(lines).toEqual(['2025-01-01T01:00:00.000Z warn  bad \\x1b[2J name next path="C:\\\\x"\n']);
  });

  it('leaves out what is less severe than asked for', () => {
    const lines: string[] = [];
    logTo(lines, 'json', 'error').log('warn', 'x');
    expect(lines).toEqual([]);
  });

  it('writes so many lines a minute, and then says how many it withheld', () => {
    const lines: string[] = [];
    const clock = { now };
    const log = logTo(lines, 'json', 'info', clock);
    for (let i = 0; i < 5; i++) log.log('info', 'x');
    clock.now += minute;
    log.log('info', 'y');
    expect(lines.map((line) => JSON.parse(line).withheld ?? JSON.parse(line).message)).toEqual([
      'x',
      'x',
      3,
      'y',
    ]);
  });
});

describe('toTextFormat()', () => {
  it('keeps a label value that merely looks like an exemplar', () => {
    const line = 'x_total{host="a # {trace_id"} 1';
    expect(toTextFormat(`# HELP x h\n# TYPE x counter\n${line}\n# EOF\n`)).toBe(
      `# HELP x_total h\n# TYPE x_total counter\n${line}\n`,
    );
  });
});
