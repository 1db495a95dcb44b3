// Loaded before the program: its clock differs from the machine's by what CLOCK_OFFSET_FILE says, in milliseconds.
import { readFileSync } from 'node:fs';

const realNow = Date.now;
let askedMs = 0;
let offsetMs = 0;
Date.now = () => {
  const nowMs = realNow();
  if (nowMs - askedMs >= 50) {
    askedMs = nowMs;
    offsetMs = Number(readFileSync(process.env.CLOCK_OFFSET_FILE, 'utf8'));
  }
  return nowMs + offsetMs;
};
