import { describe, expect, it } from 'vitest';
import { madeTable, type MadeSpan } from '../../../test/support/span-table.ts';
import { statusError, statusOk } from '../model/span-table.ts';
import { buildLadder, type LadderWords } from './ladder.ts';
import { buildLanes } from './lanes.ts';
import { ladderMermaid } from './mermaid.ts';
import { buildTree } from './tree.ts';
import { findSilentTiers, judge } from './verdict.ts';

const words: LadderWords = {
  name: (name) => name,
  entraRequest: (subject) => `${subject} token`,
  entraOk: 'Entra token',
  through: 'through the channel',
  reply: 'reply',
  failure: (errorType) => errorType,
  duration: (ms) => `${ms} ms`,
  cached: (until) => `until ${until}`,
  sure: (percent) => `${percent} % sure`,
};

function ladderOf(spans: readonly MadeSpan[], limit = 100) {
  const table = madeTable(spans);
  const tree = buildTree(table);
  const verdict = judge(table, tree);
  const lanes = buildLanes(table, tree, findSilentTiers(table, verdict));
  return buildLadder({ table, tree, lanes, verdict }, words, limit);
}

const client = { service: 'ccm-client', host: 'W' };
const renewal: MadeSpan[] = [
  { id: 'renewal', name: 'token renewal', ...client, at: [0, 100], status: statusError },
  {
    id: 'entra',
    name: 'entra token request',
    under: 'renewal',
    ...client,
    at: [1, 5],
    attributes: { 'ccm.entra.token.subject': 'user' },
  },
  {
    id: 'request',
    name: 'token request',
    under: 'renewal',
    ...client,
    at: [6, 99],
    status: statusError,
    attributes: { 'url.full': 'https://cmg/x/CCM_STS', 'http.response.status_code': 403 },
  },
  {
    id: 'forward',
    name: 'connection point forward',
    under: 'request',
    service: 'ccm-connection-point',
    host: 'CP',
    at: [20, 60],
    status: statusError,
    message: '403 no certificate',
    attributes: { 'http.response.status_code': 403 },
  },
];

describe('buildLadder()', () => {
  it('sends a request through the silent gateway, dashed where no record says so, in order of time', () => {
    const ladder = ladderOf(renewal);
    expect(ladder.lanes.map((lane) => `${lane.colour} ${lane.silent?.why ?? 'logged'}`)).toEqual([
      'client logged',
      'entra not-logged',
      'gateway not-logged',
      'connection-point logged',
      'management-point not-reached',
    ]);
    expect(
      ladder.steps.map(
        (step) => `${step.from}${step.dashed ? '~' : '-'}${step.to} ${step.text} ${step.tone}`,
      ),
    ).toEqual([
      '0-1 user token plain',
      '1-0 Entra token · 4 ms plain',
      '0-2 …/CCM_STS plain',
      '2~3 through the channel plain',
      '3-3 403 no certificate error',
      '3~2 403 · 40 ms error',
      '2-0 403 · 93 ms error',
    ]);
  });

  it('asks the gateway of which nothing is known where the client alone has records', () => {
    const { steps } = ladderOf(renewal.slice(0, 3));
    expect(steps.filter((step) => step.kind !== 'note').map((step) => `${step.from}-${step.to}`)).toEqual([
      '0-1',
      '1-0',
      '0-2',
      '2-0',
    ]);
  });

  it('names the silent gateway as the waterfall does, with what is known of it', () => {
    const counted = renewal.map((span) => ({
      ...span,
      attributes: { ...span.attributes, 'ccm.cmg.name': 'CMG', 'ccm.cmg.average_elapsed_ms': 69 },
    }));
    const gateway = ladderOf(counted).lanes.find((lane) => lane.tier === 'gateway');
    expect(gateway).toMatchObject({ host: 'CMG', silent: { averageMs: 69 } });
  });

  it('says how sure an inferred hop is, whether a silent tier lies on its way or not', () => {
    const guessed = renewal.map((span) => (span.id === 'forward' ? { ...span, confidence: 0.939 } : span));
    const direct = guessed.map((span) => (span.id === 'request' ? { ...span, name: 'request' } : span));
    const sure = (spans: readonly MadeSpan[]) =>
      ladderOf(spans)
        .steps.filter((step) => step.dashed)
        .map((step) => `${step.from}~${step.to} ${step.sure}`);
    expect(sure(guessed)).toEqual(['2~3 93 % sure', '3~2 93 % sure']);
    expect(sure(direct)).toEqual(['0~2 93 % sure', '2~0 93 % sure']);
  });

  it('notes a warning that no arrow shows, however long it is, and no other', () => {
    const well = renewal.map((span) => ({ ...span, status: statusOk }));
    const within: MadeSpan = { ...client, id: 'cache', name: 'read cache', under: 'request', at: [7, 9] };
    const warned = { status: statusError, message: 'locked' };
    const notes = (spans: readonly MadeSpan[]) =>
      ladderOf(spans, 3).steps.filter(({ kind }) => kind === 'note');
    expect(notes([...well, { ...within, ...warned }])).toMatchObject([
      { text: 'read cache: locked', tone: 'warning', from: 0, to: 0 },
    ]);
    expect(notes([...well, within])).toEqual([]);
    const crossing = well.map((span) => (span.id === 'forward' ? { ...span, ...warned } : span));
    const { steps } = ladderOf(crossing);
    expect(steps.filter(({ kind, tone }) => kind === 'note' && tone === 'warning')).toEqual([]);
  });

  it('draws at most what it is allowed and counts the rest', () => {
    const ladder = ladderOf(renewal, 2);
    expect(ladder.steps).toHaveLength(2);
    expect(ladder.more).toBe(5);
  });
});

describe('ladderMermaid()', () => {
  it('writes a sequence diagram', () => {
    expect(
      ladderMermaid(ladderOf(renewal), ['Client', 'Entra ID', 'Gateway', 'CP', 'MP'], 'token renewal'),
    ).toBe(
      [
        '---',
        'title: "token renewal"',
        '---',
        'sequenceDiagram',
        '  participant L0 as Client',
        '  participant L1 as Entra ID',
        '  participant L2 as Gateway',
        '  participant L3 as CP',
        '  participant L4 as MP',
        '  L0->>L1: user token',
        '  L1-->>L0: Entra token · 4 ms',
        '  L0->>L2: …/CCM_STS',
        '  L2-->>L3: through the channel',
        '  Note over L3: 403 no certificate',
        '  L3--xL2: 403 · 40 ms',
        '  L2--xL0: 403 · 93 ms',
        '',
      ].join('\n'),
    );
  });

  it('lets nothing from a log become syntax', () => {
    const hostile = renewal.map((span) => ({ ...span, message: '<b>;\n%%{init}%% "x"' }));
    const text = ladderMermaid(ladderOf(hostile), ['a', 'b', 'c', 'd', 'e'], 't');
    const note = text.split('\n').find((line) => line.includes('Note'));
    expect(note).not.toMatch(/[<>{}%"]/);
    expect(text).toContain('Note over L3: #60;b#62;#59; #37;#37;#123;init');
  });
});
