import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../torture/random.ts';

/** Size at which the product begins a log anew. */
const turnBytes = 250_000;

/** A log as it grows: records of a tick are sorted by their times and written at once. */
class SoakLog {
  readonly host: string;
  readonly #live: string;
  readonly #component: string;
  readonly #turn: 'copy and truncate' | 'rename' | 'date';
  #waiting: { readonly atMs: number; readonly line: string }[] = [];
  readonly #maxBytes: number;
  #size = 0;

  constructor(folder: string, index: number, host: string, name: string, maxBytes: number) {
    this.host = host;
    this.#maxBytes = maxBytes;
    this.#live = join(folder, host, 'Logs', `${name}.log`);
    this.#component = name;
    this.#turn = (['rename', 'date', 'copy and truncate'] as const)[index % 3] ?? 'rename';
    mkdirSync(dirname(this.#live), { recursive: true });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(atMs: number, thread: number, message: string): void {
    const [date = '', time = ''] = new Date(atMs).toISOString().split('T');
    const [year, month, day] = date.split('-');
    const line = `<![LOG[${message}]LOG]!><time="${time.slice(0, 12)}+000" date="${month}-${day}-${year}" component="${this.#component}" context="" type="1" thread="${thread}" file="soak.cpp:7">\r\n`;
    this.#waiting.push({ atMs, line });
  }

  /** @returns the number of records and bytes written, and whether the log was turned */
  write(): { readonly records: number; readonly bytes: number; readonly turned: boolean } {
    const lines = this.#waiting.sort((a, b) => a.atMs - b.atMs).map(({ line }) => line);
    const text = lines.join('');
    this.#waiting = [];
    const turned = this.#size + text.length > this.#maxBytes;
    if (turned) this.#begin();
    appendFileSync(this.#live, text);
    this.#size += text.length;
    return { records: lines.length, bytes: text.length, turned };
  }

  #begin(): void {
    const rolled = this.#live.replace(/\.log$/, '.lo_');
    if (this.#turn === 'rename') renameSync(this.#live, rolled);
    else if (this.#turn === 'date') this.#date();
    else {
      copyFileSync(this.#live, rolled);
      truncateSync(this.#live);
    }
    this.#size = 0;
  }

  /** Keeps a history of two. */
  #date(): void {
    const [date = '', time = ''] = new Date().toISOString().split('T');
    const stamp = `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
    renameSync(this.#live, this.#live.replace(/\.log$/, `-${stamp}.log`));
    const older = readdirSync(dirname(this.#live))
      .filter((name) => /-\d{8}-\d{6}\.log$/.test(name))
      .sort();
    for (const name of older.slice(0, -2)) rmSync(join(dirname(this.#live), name));
  }
}

export interface SoakFleet {
  /** Writes what happens in the tenth of a second that begins at `fromMs`, UTC milliseconds. */
  tick(fromMs: number): void;
  readonly written: {
    readonly records: number;
    readonly bytes: number;
    readonly turns: number;
    readonly requests: number;
  };
}

/** The same for the same device, as a fleet's are. */
const guidOf = (kind: number, device: number): string =>
  `0000000${kind}-0000-4000-8000-${device.toString(16).padStart(12, '0')}`;

const sixteen = (value: number): string => Math.floor(value).toString(16).toUpperCase();

/**
 * Logs of clients, connection points and token services, eight to one to one, of whose records a quarter tell of token
 * requests, each seen by all three; the others are ordinary lines.
 * @param recordsPerSecond of all logs together
 * @param maxBytes size at which a log begins anew
 */
export function createSoakFleet(
  folder: string,
  logs: number,
  recordsPerSecond: number,
  seed: number,
  maxBytes: number = turnBytes,
): SoakFleet {
  const random = createRandom(seed);
  const servers = Math.max(1, Math.floor(logs / 10));
  const at = (index: number, host: string, name: string): SoakLog =>
    new SoakLog(folder, index, host, name, maxBytes);
  const clients = Array.from({ length: logs - 2 * servers }, (_, n) =>
    at(n, `WIN-${1000 + n}`, 'CcmMessaging'),
  );
  const points = Array.from({ length: servers }, (_, n) => at(n, `CP${100 + n}`, 'SMS_CLOUD_PROXYCONNECTOR'));
  const services = Array.from({ length: servers }, (_, n) => at(n + 1, `MP${100 + n}`, 'CCM_STS'));
  const all = [...clients, ...points, ...services];
  const written = { records: 0, bytes: 0, turns: 0, requests: 0 };
  let requestsDue = 0;
  let thread = 1000;

  function request(fromMs: number): void {
    written.requests += 1;
    thread = thread >= 60_000 ? 1000 : thread + 4;
    const device = Math.floor(random() * clients.length);
    const client = clients[device];
    const server = Math.floor(random() * servers);
    const [point, service] = [points[server], services[server]];
    if (client === undefined || point === undefined || service === undefined) return;
    const user = `S-1-5-21-1527250992-855612568-2252598708-${1600 + device}`;
    const expires = new Date(fromMs + 3_600_000).toISOString();
    const inUs = `${expires.slice(5, 7)}/${expires.slice(8, 10)}/${expires.slice(0, 4)} ${expires.slice(11, 19)}`;
    const [sent, arrived] = [fromMs + random() * 10, fromMs + 15 + random() * 10];
    const issued = arrived + 5 + random() * 20;
    const message = randomUUID();
    client.add(
      sent,
      thread,
      'Getting CCM Token from https://CMG.CONTOSO.COM/CCM_Proxy_ServerAuth/72057594037937981/CCM_STS',
    );
    service.add(arrived, thread, 'ProcessRequest - Start');
    service.add(arrived + 1, thread, `Incoming request URL: https://${service.host}.CONTOSO.COM/CCM_STS`);
    service.add(
      arrived + 3,
      thread,
      `Validated AAD token. TokenType: UDA TenantId: 2ca9a796-a1a6-43ec-88f1-5935b32155c5 UserId: ${guidOf(1, device)} DeviceId: ${guidOf(2, device)} OnPrem_UserSid: ${user} OnPrem_DeviceSid:  `,
    );
    service.add(issued, thread, 'Return token to client');
    point.add(
      issued + 3,
      thread,
      `MessageID: ${message} RequestURI: https://${service.host}.CONTOSO.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 200 OK ~~ ResponseBodySize: 1566 ElapsedTime: ${Math.round(issued - arrived + 6)} ms`,
    );
    client.add(issued + 15, thread, `Cached encrypted token for '${user}'. Will expire at '${inUs}'`);
  }

  return {
    written,
    tick(fromMs) {
      // A request has seven records.
      for (requestsDue += ((recordsPerSecond / 10) * 0.25) / 7; requestsDue >= 1; requestsDue--)
        request(fromMs);
      const each = recordsPerSecond / 10 / all.length;
      for (const log of all) {
        while (log.waiting < each) {
          log.add(
            fromMs + random() * 99,
            100 + Math.floor(random() * 40),
            `Raising event 0x${sixteen(random() * 4e9)}: status ${Math.floor(random() * 1e9)} of queue ${'mp_[http]mp_policymanager'.slice(0, 8 + random() * 16)} sent in ${Math.floor(random() * 900)} ms, nothing more to do until ${sixteen(random() * 4e9)}.`,
          );
        }
        const { records, bytes, turned } = log.write();
        written.records += records;
        written.bytes += bytes;
        if (turned) written.turns += 1;
      }
    },
  };
}
