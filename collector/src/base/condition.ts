/** A value that a condition can be asked about; `undefined` where it is absent. */
export type ConditionValue = string | number | boolean | undefined;

export type Condition = (value: ConditionValue) => boolean;

/**
 * Compiles a condition as written in data files. Text is compared without letter case.
 *
 * | written | holds where the value |
 * |---|---|
 * | `present`, `absent` | is there, is not there |
 * | `401`, `true`, `CMGService_Invalid_Token` | is equal |
 * | `!= 0` | is there and differs |
 * | `> 0`, `>= 400`, `< 400`, `<= 3` | is a number in that range |
 * | `CMGConnector_*`, `*IDX10223*`, `*.cab` | begins, contains, ends |
 * | a list of the above | fits any of them |
 */
export function parseCondition(
  written: string | number | boolean | readonly (string | number | boolean)[],
): Condition {
  if (typeof written === 'object') {
    const any = written.map((one) => parseCondition(one));
    return (value) => any.some((holds) => holds(value));
  }
  if (typeof written !== 'string') return equals(String(written));
  const text = written.trim();
  if (text === 'present') return (value) => value !== undefined;
  if (text === 'absent') return (value) => value === undefined;
  const compare = /^(!=|>=|<=|>|<) *(.+)$/.exec(text);
  if (compare !== null) return comparison(compare[1] ?? '', (compare[2] ?? '').trim());
  return text.includes('*') ? glob(text.toLowerCase()) : equals(text);
}

function equals(wanted: string): Condition {
  const lower = wanted.toLowerCase();
  return (value) => value !== undefined && String(value).toLowerCase() === lower;
}

function comparison(operator: string, operand: string): Condition {
  if (operator === '!=') {
    const same = equals(operand);
    return (value) => value !== undefined && !same(value);
  }
  const bound = Number(operand);
  return (value) => {
    if (value === undefined || typeof value === 'boolean' || value === '') return false;
    const number = Number(value);
    if (operator === '>=') return number >= bound;
    if (operator === '<=') return number <= bound;
    return operator === '>' ? number > bound : number < bound;
  };
}

function glob(pattern: string): Condition {
  const starts = !pattern.startsWith('*');
  const ends = !pattern.endsWith('*');
  const core = pattern.replace(/^\*/, '').replace(/\*$/, '');
  return (value) => {
    if (value === undefined) return false;
    const text = String(value).toLowerCase();
    if (starts && ends) {
      const [head = '', tail = ''] = core.split('*', 2);
      return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
    }
    if (starts) return text.startsWith(core);
    return ends ? text.endsWith(core) : text.includes(core);
  };
}
