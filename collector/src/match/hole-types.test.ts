import { describe, expect, it } from 'vitest';
import { convert, type HoleType } from './hole-types.ts';

const cases: readonly (readonly [HoleType, string, string | number | boolean])[] = [
  ['guid', '{BD03DEED-D09A-4E63-ADAD-596376FFB0DA}', 'bd03deed-d09a-4e63-adad-596376ffb0da'],
  ['guid', '00000000-0000-0000-0000-000000000000', 'absent'],
  ['guid', '0b7c8ab3-9ea1-4ffa-b2b9-8ffdd944bd8', 'misfit'],
  ['clientguid', 'GUID:c66ee0fd-08e7-4b38-b282-7e6954b71139', 'C66EE0FD-08E7-4B38-B282-7E6954B71139'],
  ['clientguid', 'GUID:', 'absent'],
  ['clientguid', 'CL2.contoso.local', 'misfit'],
  ['sid', 's-1-5-18', 'S-1-5-18'],
  ['sid', 'empty', 'absent'],
  ['sid', 'S-1-5-21-XXXX-1', 'misfit'],
  ['int', '-5', -5],
  ['int', '5x', 'misfit'],
  ['code', '0x2f8f', 12175],
  ['code', '12175', 12175],
  ['hex', '0x1E0', '0x1e0'],
  ['hresult', '87D0027E', '0x87d0027e'],
  ['hresult', '-2016411010', '0x87d0027e'],
  ['hresult', '0x2efd', '0x00002efd'],
  ['ms', '218 ms', 218],
  ['bytes', '1974 Bytes', 1974],
  ['bool', '0', false],
  ['bool', 'maybe', 'misfit'],
  ['url', 'https://a/b?c', 'https://a/b?c'],
  ['url', 'a/b', 'misfit'],
  ['path', '/CCM_STS', '/CCM_STS'],
  ['host', 'https://CMG.CLOUDAPP.NET:443/CCM_Proxy_MutualAuth/9', 'cmg.cloudapp.net'],
  ['host', '<your host>', 'misfit'],
  ['word', 'two words', 'misfit'],
  ['text', '<unknown>', 'absent'],
  ['quoted', "'a b'", 'a b'],
  ['thumbprint', '820bd3c209d6ed2155d5343beea67a725389b747', '820BD3C209D6ED2155D5343BEEA67A725389B747'],
  ['datetime', '6/25/2020 8:29:35', '2020-06-25T08:29:35'],
  ['datetime', '25/06/2020 08:29:35', 'misfit'],
  ['datetime', '00/12/2999 00:00:00', 'misfit'],
  ['datetime', '20190722130543.131000+000', '2019-07-22T13:05:43.131Z'],
  ['rest', 'anything at all', 'anything at all'],
];

describe('convert()', () => {
  it.each(cases)('takes %s %s for %s', (type, text, wanted) => {
    const found = convert(type, text);
    expect(found.kind === 'value' ? found.value : found.kind).toBe(wanted);
  });
});
