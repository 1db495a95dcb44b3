import type { AttributeValue } from '../../model/attributes.ts';
import type { Span, SpanLink, SpanResource, Trace } from '../../model/span.ts';
import type { ZoneShifts } from '../../model/zone-shifts.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { spanIdOf, traceIdOf } from '../records/identity.ts';
import type { Segment } from '../segment.ts';
import type { StorySegment } from '../stories/story-segment.ts';
import { judge, type Verdict } from './cause.ts';
import { contain } from './contain.ts';
import type { GatewayCounters } from './counters.ts';
import { diagnose } from './diagnose.ts';
import type { Disturbances } from './disturbances.ts';
import { evidenceOf, foreignEvidence, type Original } from './evidence.ts';
import type { JoinBatches } from './join-batches.ts';
import { nodesOf, plantTree, type SpanNode } from './span-node.ts';
import { identitiesOfTrace, rootIdentities } from './trace-identities.ts';

export interface AssemblyOptions {
  readonly knowledge: Knowledge;
  readonly joins: JoinBatches;
  readonly counters: GatewayCounters;
  readonly disturbances: Disturbances;
  readonly zones: Pick<ZoneShifts, 'found'>;
  readonly original: Original;
}

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

/** Makes traces of ended roots; remembers the ids of what went out, for links. */
export interface Assembler {
  /**
   * The trace of a root that nothing on another host calls; undefined where it deserves none. `early`: told before all of its company
   * can have come, so that what may belong to a story stands for itself.
   */
  traceOf(root: StorySegment, early: boolean): Trace | undefined;
}

export function createAssembler(options: AssemblyOptions): Assembler {
  const { joins } = options;
  const known = new WeakMap<Segment, Ids>();
  /** Ids of a span that is out, or will be. */
  const idsOf = (segment: StorySegment): Ids => {
    const out = known.get(segment);
    if (out !== undefined) return out;
    let traceId = traceIdOf(segment.rootKey);
    const above = joins.parentOf(segment);
    if (above !== undefined) traceId = idsOf(above.caller as StorySegment).traceId;
    return { traceId, spanId: spanIdOf(segment.name, segment.key) };
  };
  return {
    traceOf(root, early) {
      const tree = plantTree(root, joins);
      const nodes = nodesOf(tree);
      let trace: Trace | undefined;
      if (isWanted(tree, early)) {
        const traceId = traceIdOf(root.key);
        for (const { segment } of nodes)
          known.set(segment, { traceId, spanId: spanIdOf(segment.name, segment.key) });
        trace = traceOf(tree, nodes, traceId, idsOf, options);
      }
      for (const { segment } of nodes) joins.forget(segment);
      return trace;
    },
  };
}

/** What has no caller: a story, or a failure worth one, or a server's half of a token request. */
function isWanted({ segment }: SpanNode, early: boolean): boolean {
  const { rule, urlPath, status, ending } = segment;
  switch (rule.alone) {
    case 'story':
      return true;
    case 'failed':
      if (early && rule.under.length > 0) return true;
      // A record that goes on to the next attempt leaves the telling to that.
      return status.code === 'error' && !(rule.forgiven && ending === 'fail');
    case 'token request':
      return urlPath === '' || urlPath.endsWith('/ccm_sts');
    case 'drop':
      return false;
    default: {
      const unknown: never = rule.alone;
      throw new Error(`no such kind of story: ${String(unknown)}`);
    }
  }
}

function traceOf(
  tree: SpanNode,
  nodes: readonly SpanNode[],
  traceId: string,
  idsOf: (segment: StorySegment) => Ids,
  options: AssemblyOptions,
): Trace {
  contain(tree);
  const verdicts = judge(tree, options.knowledge);
  const wrapped = tree.segment.rule.alone === 'token request';
  const wrapperId = wrapped ? spanIdOf('token request', tree.segment.key) : '';
  const spans = nodes.map((node): Span => {
    const parent = node.parent?.segment;
    const verdict = verdicts.get(node) ?? { code: 'unset' };
    return {
      traceId,
      spanId: idsOf(node.segment).spanId,
      parentSpanId: parent === undefined ? wrapperId : idsOf(parent).spanId,
      name: node.segment.name,
      kind: node.segment.kind,
      startUs: node.startUs,
      endUs: node.endUs,
      resource: resourceOf(node),
      status: { code: verdict.code, message: verdict.code === 'error' ? verdict.cause.message : '' },
      attributes: attributesOf(node, verdict, options),
      events: evidenceOf(node, options.original),
      links: linksOf(node, idsOf),
    };
  });
  spans.sort((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1));
  const top = spans.find(
    ({ parentSpanId, spanId }) => parentSpanId === '' || (wrapped && spanId === idsOf(tree.segment).spanId),
  );
  if (top === undefined) throw new Error('a trace without a root span');
  const rootSpan: Span = wrapped ? wrapperOf(top, wrapperId) : top;
  const verdict = verdicts.get(tree);
  const disturbing =
    verdict?.code === 'error'
      ? options.disturbances.explaining(verdict.cause.errorType, tree.segment.endUs)
      : [];
  const hosts = new Set(nodes.map(({ segment }) => segment.host));
  const shift = options.zones.found().find(({ host }) => hosts.has(host));
  const root: Span = {
    ...rootSpan,
    attributes: {
      ...rootIdentities(tree),
      ...rootSpan.attributes,
      ...(shift === undefined ? {} : { 'ccm.clock.zone_shift_min': shift.minutes }),
      ...diagnose(rootSpan.name, verdicts, tree, disturbing, shift !== undefined, options.knowledge),
    },
    events: [...rootSpan.events, ...disturbing.map((known) => foreignEvidence(known, options.original))].sort(
      (a, b) => a.timeUs - b.timeUs,
    ),
  };
  const others = spans.filter((span) => span !== top || wrapped);
  return { traceId, spans: [root, ...others], identities: identitiesOfTrace(nodes) };
}

/** No client log is there: the outermost tier's record stands for the request. */
function wrapperOf(outermost: Span, spanId: string): Span {
  const {
    'ccm.link.method': _method,
    'ccm.link.confidence': _confidence,
    ...attributes
  } = outermost.attributes;
  return {
    ...outermost,
    spanId,
    parentSpanId: '',
    name: 'token request',
    kind: 'internal',
    attributes,
    events: [],
    links: [],
  };
}

function resourceOf({ segment, clockOffsetUs, clockErrorUs }: SpanNode): SpanResource {
  const { tier, host, site } = segment;
  return {
    tier,
    host,
    site,
    clockOffsetMs: clockOffsetUs / 1000,
    clockErrorMs: clockErrorUs < 0 ? -1 : clockErrorUs / 1000,
  };
}

function attributesOf(
  node: SpanNode,
  verdict: Verdict,
  { counters }: AssemblyOptions,
): Record<string, AttributeValue> {
  const { segment } = node;
  const attributes: Record<string, AttributeValue> = { ...segment.attributes };
  if (node.method !== undefined && node.parent !== undefined) {
    attributes['ccm.link.method'] = node.method;
    attributes['ccm.link.confidence'] = Math.round(node.confidence * 1e4) / 1e4;
  }
  if (segment.partial) attributes['ccm.story.partial'] = true;
  if (!segment.endKnown && segment.ending !== 'timeout') attributes['ccm.span.end_inferred'] = true;
  if (!segment.startKnown) attributes['ccm.span.start_inferred'] = true;
  if (node.extendedUs !== 0) attributes['ccm.span.extended_ms'] = Math.round(node.extendedUs / 1000);
  if (node.shiftedUs !== 0) attributes['ccm.span.shifted_ms'] = Math.round(node.shiftedUs / 1000);
  if (verdict.code === 'error') {
    attributes['error.type'] = verdict.cause.errorType;
    if (verdict.warning) attributes['ccm.warning'] = verdict.cause.message;
  } else delete attributes['ccm.hresult'];
  if (segment.name === 'token request') {
    const average = counters.averageFor(node);
    if (average !== undefined) attributes['ccm.cmg.average_elapsed_ms'] = average;
  }
  return attributes;
}

function linksOf(node: SpanNode, idsOf: (segment: StorySegment) => Ids): readonly SpanLink[] {
  return node.links.map(({ to, join: { method, confidence } }): SpanLink => {
    const attributes = {
      'ccm.link.method': method,
      'ccm.link.confidence': Math.round(confidence * 1e4) / 1e4,
    };
    return { ...idsOf(to), attributes };
  });
}
