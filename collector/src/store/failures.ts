/** Failed traces that meet a condition on their own columns: those settled from their table, later ones from the traces. */
export function failuresWhere(settledUpTo: bigint, condition: string, columns = '*'): string {
  const all = 'trace_no, trace_id, start_us, story, error_type, diagnosis, status_message, device_no';
  const wanted = columns === '*' ? all : columns;
  return `SELECT ${wanted} FROM failures WHERE ${condition}
    UNION ALL SELECT ${wanted} FROM traces WHERE failed AND trace_no > ${settledUpTo} AND ${condition}`;
}
