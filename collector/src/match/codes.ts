import type { AttributeValue } from '../model/attributes.ts';
import type { CodesFile } from './schema.ts';

export type Code = CodesFile['codes'][number];
export type CodeKind = Code['kind'];

/** The table of codes: names and meanings of HRESULT, Win32, WinHTTP, AADSTS and CCM codes. */
export interface CodeTable {
  lookup(kind: CodeKind, code: string): Code | undefined;
  /** An HRESULT by its own entry, or by the Win32 or WinHTTP code that it wraps (0x8007…). */
  hresult(code: string): Code | undefined;
}

/** Later entries win, so that a user's file can correct ours. */
export function createCodeTable(codes: readonly Code[]): CodeTable {
  const byKey = new Map(codes.map((code) => [`${code.kind} ${code.code.toLowerCase()}`, code]));
  const lookup = (kind: CodeKind, code: string): Code | undefined =>
    byKey.get(`${kind} ${code.toLowerCase()}`);
  const win32 = (number: number): Code | undefined =>
    lookup('winhttp', String(number)) ?? lookup('win32', String(number));
  return {
    lookup,
    hresult(code) {
      const own = lookup('hresult', code) ?? lookup('ccm', code);
      if (own !== undefined) return own;
      if (/^0x8007/i.test(code)) return win32(Number.parseInt(code.slice(6), 16));
      return /^0x0000/i.test(code) ? win32(Number.parseInt(code, 16)) : undefined;
    },
  };
}

/**
 * Adds what codes among the values mean: `ccm.hresult.name` and `.message`, the same for `ccm.winhttp.code` and
 * `ccm.aadsts.code`; and takes codes and the exception's type out of the free text of `ccm.detail`.
 */
export function decodeCodes(values: Record<string, AttributeValue>, codes: CodeTable): void {
  const detail = values['ccm.detail'];
  if (typeof detail === 'string') readDetail(detail, values);
  name(
    values,
    'ccm.hresult',
    typeof values['ccm.hresult'] === 'string' ? codes.hresult(values['ccm.hresult']) : undefined,
  );
  const winhttp = values['ccm.winhttp.code'];
  if (winhttp !== undefined) {
    const number = String(winhttp);
    name(values, 'ccm.winhttp', codes.lookup('winhttp', number) ?? codes.lookup('win32', number));
  }
  const setup = values['ccm.setup.return_code'];
  if (setup !== undefined) name(values, 'ccm.setup.return', codes.lookup('ccmsetup', String(setup)));
  const aadsts = values['ccm.aadsts.code'];
  if (aadsts !== undefined) name(values, 'ccm.aadsts', codes.lookup('aadsts', String(aadsts)));
}

function name(values: Record<string, AttributeValue>, prefix: string, code: Code | undefined): void {
  if (code === undefined) return;
  values[`${prefix}.name`] = code.name;
  values[`${prefix}.message`] = code.meaning;
}

/** Free text is searched only so far: codes and exception types stand at its beginning. */
const detailLength = 1024;

function readDetail(detail: string, values: Record<string, AttributeValue>): void {
  const text = detail.slice(0, detailLength);
  keep(values, 'ccm.aadsts.code', /\bAADSTS(\d{4,8})\b/.exec(text)?.[1], Number);
  keep(values, 'ccm.identity_model.code', /\b(?:IDX|MISE)\d{4,6}\b/.exec(text)?.[0], String);
  keep(values, 'exception.type', /\b[A-Za-z_][\w.]{0,200}Exception\b/.exec(text)?.[0], String);
  keep(values, 'ccm.hresult', /\b0x[89a-dA-D][0-9a-fA-F]{7}\b/.exec(text)?.[0], (found) =>
    found.toLowerCase(),
  );
}

function keep(
  values: Record<string, AttributeValue>,
  attribute: string,
  found: string | undefined,
  convert: (found: string) => AttributeValue,
): void {
  if (found !== undefined && values[attribute] === undefined) values[attribute] = convert(found);
}
