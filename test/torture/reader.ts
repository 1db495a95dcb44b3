import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../collector/src/base/clock.ts';
import type { LogSource } from '../../collector/src/model/record.ts';
import { createFramer } from '../../collector/src/parse/index.ts';
import { createFollower } from '../../collector/src/tail/index.ts';
import { readMessage } from './logs.ts';

/**
 * Follows the logs and writes what it reads to a file that is forced to the disk before a checkpoint moves:
 * `reader.ts LOGS STATE`. Meant to be killed.
 */
const [logs = '.', state = '.'] = process.argv.slice(2);

const out = openSync(join(state, 'records.tsv'), 'a');
// What a kill cut stays a line of its own.
let text = '\n';
const note = (kind: string, ...fields: readonly (string | number)[]): void => {
  text += `${[kind, ...fields].join('\t')}\n`;
};
const report = {
  count: (counter: string, by: number) => {
    if (counter === 'turns') note('turns', by);
  },
  lost: (reason: string, by: number) => note('lost', reason, by),
  trouble: ({
    reason,
    subject,
    sentence,
  }: {
    readonly reason: string;
    readonly subject: string;
    readonly sentence: string;
  }) => note('trouble', reason, subject, sentence),
};
const follower = await createFollower([{ path: logs }], {
  report,
  clock: systemClock,
  pollMs: 200,
  checkpointFile: join(state, 'checkpoints.json'),
});
const framer = createFramer({ report });
const ends = new Map<LogSource, number>();
process.once('SIGTERM', () => void follower.close());

for await (const followed of follower) {
  if (followed.kind === 'chunk') {
    const { chunk } = followed;
    for (const frames of framer.push(chunk)) {
      for (let index = 0; index < frames.count; index++) {
        const { source, message, envelope } = frames.record(index);
        const record = readMessage(message);
        if (record === undefined) note('odd', source.log, envelope, JSON.stringify(message.slice(0, 80)));
        else if (record.whole) note('record', source.log, record.number);
        else note('damaged', source.log, record.number, source.path, JSON.stringify(message));
      }
    }
    for (const [source, end] of framer.takeFramed()) ends.set(source, end);
    if (text.length < 1 << 20) continue;
  } else note('quiet');
  writeSync(out, text);
  text = '';
  fdatasyncSync(out);
  follower.keep({ durable: ends, told: ends, met: new Map(), mark: 0 });
  ends.clear();
  process.stdout.write('.');
}
framer.finish();
writeSync(out, text);
closeSync(out);
