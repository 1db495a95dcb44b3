import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository, runCli } from '../support/run-cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Finding {
  readonly level: string;
  readonly sentence: string;
}

/** Sentences that `ccmtrace check` finds about logs, given as host and file to text. */
async function findings(logs: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(logs)) {
    await mkdir(join(folder, 'fleet', path, '..'), { recursive: true });
    await writeFile(join(folder, 'fleet', path), text);
  }
  const { code, stdout, stderr } = await runCli(['check', join(folder, 'fleet'), '--json'], { cwd: folder });
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings.map(
    ({ level, sentence }) => `${level}: ${sentence}`,
  );
}

function record(component: string, time: string, message: string, type = 1): string {
  return `<![LOG[${message}]LOG]!><time="${time}" date="03-08-2026" component="${component}" context="" type="${type}" thread="7" file="a.cpp:1">\r\n`;
}

const completed =
  'MessageID: 3087bd34-b82c-4950-b972-e82bb0fb8385 RequestURI: https://MP.MYCORP.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 200 OK ~~ ResponseBodySize: 0 ElapsedTime: 2 ms~~  $$<SMS_CLOUD_PROXYCONNECTOR><03-08-2026 07:31:46.376+00><thread=4992 (0x1380)>\r\n';

describe('ccmtrace check', () => {
  it('finds nothing missing in the bundled sample but what is worth knowing', async () => {
    const { code, stdout } = await runCli(['check', join(repository, 'collector', 'sample')]);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^(warning|error)/m);
    expect(stdout).toMatch(/^connection point +CP01 +SMS_CLOUD_PROXYCONNECTOR\.log/m);
  });

  it('names each tier without a log and what the traces lack for it', async () => {
    const found = await findings({ 'CP01/SMS_CLOUD_PROXYCONNECTOR.log': completed });
    expect(found.filter((sentence) => sentence.includes('No record of the'))).toEqual([
      expect.stringContaining('warning: No record of the client was recognised'),
      expect.stringContaining('note: No record of the cloud management gateway'),
      expect.stringContaining('warning: No record of the management point'),
    ]);
  });

  it('says that a connection point is not verbose', async () => {
    const found = await findings({ 'CP01/SMS_CLOUD_PROXYCONNECTOR.log': completed });
    expect(found.join('\n')).toContain('does not log verbosely');
  });

  it('says that a bias contradicts the UTC stamp inside a record, and by how much', async () => {
    const event =
      'Raising event:\r\ninstance of CCM_CcmHttp_Status\r\n{\r\n\tDateTime = "20260308153146.000000+000";\r\n\tHostName = "CMG.CONTOSO.COM";\r\n\tHRESULT = "0x00000000";\r\n\tProcessID = 1;\r\n\tStatusCode = 0;\r\n\tThreadID = 7;\r\n};\r\n';
    const wrong = await findings({
      'WIN-1/CcmMessaging.log': record('CcmMessaging', '07:31:46.000+420', event),
    });
    expect(wrong.join('\n')).toContain("the envelope's time is 60 minutes before the UTC stamp");
    const right = await findings({
      'WIN-1/CcmMessaging.log': record('CcmMessaging', '07:31:46.000+480', event),
    });
    expect(right.join('\n')).not.toContain('UTC stamp');
  });

  it('says that failures are written as information, and that a log is unknown', async () => {
    const found = await findings({
      'WIN-1/CcmMessaging.log': record(
        'CcmMessaging',
        '07:31:46.000+000',
        'RetrieveTokenFromStsServerImpl failed with error 0x87d0027e',
      ),
      'WIN-1/execmgr.log': record('execmgr', '07:31:46.000+000', 'This device is not externally managed.'),
    });
    expect(found.join('\n')).toContain('1 failures are written as information');
    expect(found.join('\n')).toContain('execmgr.log of WIN-1: none of its 1 records was recognised');
  });

  it('says that records without a bias were read as UTC', async () => {
    const found = await findings({
      'WIN-1/CcmMessaging.log': record('CcmMessaging', '07:31:46.000', 'Appending CCM Token to the header.'),
    });
    expect(found.join('\n')).toContain('1 records carry no bias');
  });

  it('ends with 1 and the lines of broken mappings', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'own', 'logs', 'client'), { recursive: true });
    await writeFile(
      join(folder, 'own', 'logs', 'client', 'x.yaml'),
      'log: X.log\ntier: client\nlines:\n  - event: x.y\n    lin: oops\n',
    );
    const { code, stderr } = await runCli(['check', '--mappings', join(folder, 'own')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/x\.yaml:\d+/);
  });

  it('says which host is whole quarter hours off its peers', async () => {
    const golden = join(repository, 'test', 'golden', 'time-zone-misread', 'logs');
    const { code, stdout } = await runCli(['check', golden]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/WIN-042: its times are 540 minutes ahead of its peers' in 3 calls/);
    expect(stdout).not.toMatch(/MP01: its times/);
  });
});
