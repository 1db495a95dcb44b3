import { describe, expect, it } from 'vitest';
import { framesOf } from './fixture-frames.ts';
import { bareRecord, readPublishedLines, shipped } from './fixtures.ts';
import { createMatcher, loadMappings } from './index.ts';
import { squeeze } from './template.ts';
import { withoutViewerColumns } from './viewer-residue.ts';

const mappings = await loadMappings([shipped]);
const matcher = createMatcher(mappings);

const attributes = (line: string, log: string) => matcher.matchRecord(bareRecord(line, log))?.attributes;

describe('createMatcher()', () => {
  it('makes the same event of bytes as of text, for every published line of every log', () => {
    const logs = Map.groupBy(readPublishedLines(), ({ log }) => log);
    let events = 0;
    for (const [log, lines] of logs) {
      const clean = lines.map(({ message }) => {
        const whole = squeeze(message);
        const cut = withoutViewerColumns(whole, mappings.rules.components);
        return cut === whole ? message : cut;
      });
      const frames = framesOf(clean, log, '');
      clean.forEach((message, index) => {
        const event = matcher.match(frames, index);
        const same = matcher.matchRecord(bareRecord(message, log));
        expect(event?.name).toBe(same?.name);
        expect(event?.attributes).toEqual(same?.attributes);
        events += event === undefined ? 0 : 1;
      });
    }
    expect(events).toBeGreaterThan(160);
  });

  it('forgets where words were when another run of bytes comes in the same buffer', () => {
    const call = 'Foo( bar ), HRESULT=80070005 (x.cpp,1)';
    const first = framesOf(['x'.repeat(call.length)], 'CcmAad.log', 'CcmAad');
    expect(matcher.match(first, 0)).toBeUndefined();
    first.bytes.set(new TextEncoder().encode(call));
    const second = { ...first, record: () => bareRecord(call, 'CcmAad.log', 'CcmAad') };
    expect(matcher.match(second, 0)?.name).toBe('entra.token.call_failed');
    expect(matcher.match(second, 0)?.name).toBe('entra.token.call_failed');
  });

  it('takes a record by its component before its file, without letter case', () => {
    const line = "Message '{8E6D05EF-B77F-4AD0-AF64-1C6F3069A29C}' delivered to endpoint 'LS_ReplyLocations'";
    const event = matcher.matchRecord(bareRecord(line, 'CcmExec.log', 'CCMMESSAGING'));
    expect(event).toMatchObject({ name: 'message.delivered', log: 'CcmMessaging.log', tier: 'client' });
    expect(matcher.matchRecord(bareRecord(line, 'CcmExec.log', 'CcmExec'))).toBeUndefined();
  });

  it('takes an unknown component of a known file for that file', () => {
    const event = matcher.matchRecord(bareRecord('Issued token', 'CCM_STS.log', 'SomethingElse'));
    expect(event).toMatchObject({ name: 'sts.token.issued', tier: 'management point' });
  });

  it('knows synchronised and renamed logs by their other names', () => {
    const counted =
      'RequestUri: /CCM_STS  RequestCount: 1  RequestSize: 2 Bytes  ResponseCount: 1  ResponseSize: 3 Bytes  AverageElapsedTime: 4 ms';
    expect(matcher.matchRecord(bareRecord(counted, 'CMG-ORG-ProxyService_IN_0-CMGService.log'))?.log).toBe(
      'CMGService.log',
    );
    const token = "Retrieved AAD token for AAD user 'e8838041-db7a-42d5-b9ae-78813910e4cc'";
    expect(matcher.matchRecord(bareRecord(token, 'ADALOperationProvider.log'))?.log).toBe('CcmAad.log');
  });

  it('does not know a component of another product in a file of another log', () => {
    expect(
      matcher.matchRecord(bareRecord('Issued token', 'DataTransferService.log', 'DataTransferService')),
    ).toBeUndefined();
  });

  it('knows a line pasted from a page that made its quotes curly', () => {
    const line =
      'Cached encrypted token for \u2018S-1-5-18\u2019. Will expire at \u201806/25/2020 08:29:35\u2019';
    expect(attributes(line, 'ccmsetup.log')).toMatchObject({ 'ccm.user.sid': 'S-1-5-18' });
  });

  it('knows a log whose file was copied', () => {
    for (const name of ['CCM_STS - Copy.log', 'CCM_STS.log (old)', 'ccm_sts.lo_', 'CCM_STS']) {
      expect(matcher.matchRecord(bareRecord('Issued token', name))?.name).toBe('sts.token.issued');
    }
  });

  it('takes the number of the gateway service out of its addresses, whatever their letter case', () => {
    const line =
      'Getting CCM Token from https://CMG.CONTOSO.COM/ccm_proxy_SERVERAUTH/72057594037928017/CCM_STS';
    expect(attributes(line, 'ccmsetup.log')?.['ccm.cmg.service_id']).toBe('72057594037928017');
    const direct = 'Getting CCM Token from https://MP.MYCORP.COM/CCM_STS';
    expect(attributes(direct, 'ccmsetup.log')).not.toHaveProperty('ccm.cmg.service_id');
  });

  it('tries all logs for a line of which nothing else is known', () => {
    expect(matcher.matchRecord(bareRecord('ProcessRequest - Start'))?.name).toBe('sts.request.started');
  });

  it('explains how near a line came, and where it stopped', () => {
    const line = "Cached encrypted token for 'S-1-5-18'. Will run out at '06/25/2020 08:29:35'";
    const { event, nearest } = matcher.explain(bareRecord(line, 'ccmsetup.log'));
    expect(event).toBeUndefined();
    expect(nearest).toMatchObject({ event: 'token.cached', fitted: "Cached encrypted token for '" });
    expect(nearest?.wanted).toContain('Will expire at');
  });

  it('explains nothing where not even a word is near', () => {
    expect(matcher.explain(bareRecord('zzz', 'ccmsetup.log')).nearest).toBeUndefined();
  });

  it('decodes codes wherever they appear', () => {
    expect(attributes('Post to http://a/b failed with 0x80072f8f.', 'CcmMessaging.log')).toMatchObject({
      'ccm.hresult.name': 'ERROR_WINHTTP_SECURE_FAILURE',
      'error.type': 'tls',
    });
    expect(attributes('Failed in WinHttpSendRequest API, ErrorCode = 0x2f8f', 'ccmsetup.log')).toMatchObject({
      'ccm.winhttp.code': 12175,
      'ccm.winhttp.name': 'ERROR_WINHTTP_SECURE_FAILURE',
    });
    const wam =
      "WAM token request failed. Status 5, Details 'AADSTS700016: Application with identifier x was not found'";
    expect(attributes(wam, 'CcmAad.log')).toMatchObject({
      'ccm.aadsts.code': 700016,
      'error.type': 'entra_app_missing',
    });
    const sts =
      'Return code: 401, Description: x failed, System.IdentityModel.Tokens.SecurityTokenExpiredException:\nIDX10223: y';
    expect(attributes(sts, 'CCM_STS.log')).toMatchObject({
      'ccm.identity_model.code': 'IDX10223',
      'exception.type': 'System.IdentityModel.Tokens.SecurityTokenExpiredException',
      'error.type': 'token_expired',
    });
  });

  it('gives an error type to every failure of the published lines but none to what did not fail', () => {
    for (const { log, outcome, message } of readPublishedLines()) {
      const event = matcher.matchRecord(bareRecord(message, log));
      if (event === undefined) continue;
      expect({ message, has: event.attributes['error.type'] !== undefined }).toEqual({
        message,
        has: outcome === 'fail',
      });
    }
  });
});
