import type { Story } from './story.ts';

/** Log content that would do harm if it were markup, a terminal's code or a change of reading direction. */
export const hostile: Story = {
  seed: 'hostile',
  startMs: Date.UTC(2026, 2, 8, 9, 0, 0),
  spans: [
    {
      name: 'token request',
      on: { service: 'ccm-client', host: '<img src=x onerror=alert(1)>' },
      from: 0,
      to: 10,
      failed: '<script>window.hurt = true</script> \u001b[31m \u202Etxt.exe',
      attributes: { 'error.type': 'http', note: '"><svg onload=alert(2)>' },
      records: [
        {
          at: 1,
          name: 'http.request.failed',
          says: `<b>bold</b> javascript:alert(3) ${'A'.repeat(1_000_000)}`,
          log: '../../../etc/passwd',
          offset: 1,
        },
      ],
    },
  ],
};
