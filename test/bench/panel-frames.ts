/**
 * A Tempo frame of `count` spans in columns. Runs inside the browser: it may use nothing outside of itself.
 * Every fortieth span fails and every third has a record. Each span begins under one of the twelve before it, so that the trace is about a
 * seventh as deep as it is long; `deepest` ends that at so many levels.
 */
export function bigFrame(
  count: number,
  deepest = Infinity,
): { name: string; refId: string; fields: object[] } {
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const services = ['ccm-client', 'ccm-connection-point', 'ccm-management-point', 'db', 'queue'];
  const hex = (value: number) => value.toString(16).padStart(16, '0');
  const columns: Record<string, unknown[]> = {
    traceID: [],
    spanID: [],
    parentSpanID: [],
    operationName: [],
    serviceName: [],
    kind: [],
    statusCode: [],
    statusMessage: [],
    startTime: [],
    duration: [],
    tags: [],
    serviceTags: [],
    logs: [],
    references: [],
  };
  const start = new Float64Array(count);
  const length = new Float64Array(count);
  const level = new Int32Array(count);
  const depth = new Int32Array(count);
  const parents = new Int32Array(count);
  for (let k = 0; k < count; k += 1) {
    let parent = k === 0 ? -1 : Math.max(0, k - 1 - Math.floor(random() * Math.min(k, 12)));
    // As deep as may be: under an ancestor, at a level by chance, so that no level holds most of the spans.
    if (k > 0 && depth[parent]! + 1 >= deepest) {
      const wanted = Math.floor(random() * (deepest - 1));
      while (depth[parent]! > wanted) parent = parents[parent]!;
    }
    parents[k] = parent;
    depth[k] = parent < 0 ? 0 : depth[parent]! + 1;
    start[k] = parent < 0 ? 1_790_000_000_000 : start[parent]! + random() * length[parent]! * 0.5;
    length[k] = parent < 0 ? 60_000 : Math.max(0.05, length[parent]! * (0.3 + 0.6 * random()));
    level[k] = parent < 0 ? 0 : Math.min(services.length - 1, level[parent]! + (random() < 0.4 ? 1 : 0));
    const service = services[level[k]!]!;
    columns['traceID']!.push('4bf92f3577b34da6a3ce929d0e0e4736');
    columns['spanID']!.push(hex(k + 1));
    columns['parentSpanID']!.push(parent < 0 ? '' : hex(parent + 1));
    columns['operationName']!.push(['token request', 'issue token', 'SELECT', 'publish'][k % 4]);
    columns['serviceName']!.push(service);
    columns['kind']!.push('internal');
    columns['statusCode']!.push(k % 40 === 39 ? 2 : 0);
    columns['statusMessage']!.push(k % 40 === 39 ? `failed ${k}` : '');
    columns['startTime']!.push(start[k]);
    columns['duration']!.push(length[k]);
    columns['tags']!.push([
      { key: 'http.response.status_code', value: 200 },
      { key: 'ccm.client.guid', value: hex(k) },
    ]);
    columns['serviceTags']!.push([
      { key: 'service.name', value: service },
      { key: 'host.name', value: `HOST-${level[k]}` },
    ]);
    columns['logs']!.push(
      k % 3 === 0
        ? [{ timestamp: start[k], name: 'log', fields: [{ key: 'message', value: `line ${k}` }] }]
        : null,
    );
    columns['references']!.push(null);
  }
  const fields = Object.entries(columns).map(([name, values]) => ({
    name,
    type: typeof values[0] === 'number' ? 'number' : typeof values[0] === 'string' ? 'string' : 'other',
    values,
    config: {},
  }));
  return { name: 'Trace', refId: 'A', fields };
}

interface Column {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** The same trace as Jaeger's API gives it. */
export function bigJaegerTrace(count: number, traceID: string, deepest = Infinity): object {
  const columns = new Map(
    (bigFrame(count, deepest).fields as readonly Column[]).map(({ name, values }) => [name, values] as const),
  );
  const at = (name: string, row: number): unknown => columns.get(name)![row];
  const services = [...new Set(columns.get('serviceName'))] as string[];
  const typed = ({ key, value }: { key: string; value: unknown }) => ({
    key,
    type: typeof value === 'number' ? 'int64' : 'string',
    value,
  });
  const spans = Array.from({ length: count }, (_, row) => {
    const parent = at('parentSpanID', row);
    const failed = at('statusCode', row) === 2;
    const records = (at('logs', row) ?? []) as { timestamp: number; fields: [] }[];
    return {
      traceID,
      spanID: at('spanID', row),
      operationName: at('operationName', row),
      references: parent === '' ? [] : [{ refType: 'CHILD_OF', traceID, spanID: parent }],
      startTime: Math.round((at('startTime', row) as number) * 1000),
      duration: Math.round((at('duration', row) as number) * 1000),
      tags: [
        ...(at('tags', row) as []).map(typed),
        ...(failed ? [{ key: 'error', type: 'bool', value: true }] : []),
      ],
      logs: records.map(({ timestamp, fields }) => ({
        timestamp: Math.round(timestamp * 1000),
        fields: fields.map(typed),
      })),
      processID: `p${services.indexOf(at('serviceName', row) as string)}`,
    };
  });
  const processes = Object.fromEntries(
    services.map((serviceName, k) => [`p${k}`, { serviceName, tags: [] }] as const),
  );
  return { traceID, spans, processes };
}
