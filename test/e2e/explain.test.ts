import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

describe('ccmtrace explain', () => {
  it('says what a whole record is, for programs', async () => {
    const record =
      '<![LOG[Cached encrypted token for \'S-1-5-18\'. Will expire at \'06/25/2020 08:29:35\']LOG]!><time="00:29:36.000+480" date="06-25-2020" component="ccmsetup" context="" type="1" thread="4208" file="x.cpp:1">';
    const { code, stdout } = await runCli(['explain', '--json', record]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      event: 'token.cached',
      outcome: 'ok',
      attributes: { 'ccm.user.sid': 'S-1-5-18' },
    });
  });

  it('reads records from standard input and writes one object each', async () => {
    const input = [
      "Getting AAD info from CMG 'CMG.CLOUDAPP.NET'",
      'no such line anywhere',
      'MessageID: 3087bd34-b82c-4950-b972-e82bb0fb8385 RequestURI: https://MP.MYCORP.COM/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 403 CMGConnector_Forbidden ~~ ResponseBodySize: 0 ElapsedTime: 2 ms',
      '',
    ].join('\n');
    const { code, stdout } = await runCli(['explain', '-'], { input });
    expect(code).toBe(0);
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(objects).toMatchObject([
      { event: 'entra.info.requested', outcome: 'info' },
      { event: null, outcome: null, attributes: {} },
      {
        event: 'connector.request.completed',
        outcome: 'fail',
        attributes: {
          'ccm.message.id': '3087bd34-b82c-4950-b972-e82bb0fb8385',
          'http.response.status_code': 403,
        },
      },
    ]);
  });

  it('takes each line without an envelope for itself, whatever comes after it', async () => {
    const input =
      'Issued token\nReturn token to client~~  $$<CCM_STS><06-24-2020 15:31:46.376+00><thread=4992 (0x1380)>\n';
    const { stdout } = await runCli(['explain', '-'], { input });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(['sts.token.issued', 'sts.request.completed']);
  });

  it('names the nearest rule and where it stopped, for a person', async () => {
    const { code, stdout } = await runCli([
      'explain',
      "Cached encrypted token for 'S-1-5-18'. Will perish at '06/25/2020 08:29:35'",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('no rule matches');
    expect(stdout).toContain('token.cached');
    expect(stdout).toMatch(/then +found .*Will perish.*, wanted .*Will expire at/);
  });
});
