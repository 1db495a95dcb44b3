/** A duration in microseconds as a person reads it: `640 µs`, `44 ms`, `1.01 s`, `2 min 5 s`, `3 h 20 min`, `4 d 3 h`. */
export function formatDuration(durationUs: number): string {
  const us = Math.abs(durationUs);
  const sign = durationUs < 0 ? '−' : '';
  if (us < 1000) return `${sign}${us} µs`;
  if (us < 999_500)
    return `${sign}${us < 10_000 && us % 1000 !== 0 ? (us / 1000).toFixed(1) : Math.round(us / 1000)} ms`;
  const seconds = us / 1_000_000;
  if (seconds < 59.95) return `${sign}${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} min ${whole % 60} s`;
  const hours = Math.floor(whole / 3600);
  if (hours < 48) return `${sign}${hours} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`;
}
