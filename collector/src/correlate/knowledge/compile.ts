import { parseCondition } from '../../base/condition.ts';
import type {
  DiagnosisRule,
  DisturbanceRule,
  ErrorRule,
  EventTest,
  Knowledge,
  Role,
  StoryRule,
  Where,
} from './knowledge.ts';
import type { DiagnosesFile, DisturbancesFile, ErrorsFile, StoryFile } from './schema.ts';

/** A story file with the place that messages point at. */
export interface ReadStory {
  readonly file: string;
  readonly story: StoryFile;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

type Written = string | number | boolean;

function compileWhere(where: Readonly<Record<string, Written | Written[]>> | undefined): Where {
  return Object.entries(where ?? {}).map(
    ([attribute, written]) => [attribute, parseCondition(written)] as const,
  );
}

/** Rules and roles of all stories; names that no story has are problems. */
export function compileStories(
  read: readonly ReadStory[],
  problems: string[],
): Pick<Knowledge, 'stories' | 'roles' | 'prefaces'> {
  const places = new Map(read.map(({ story }, index) => [story.span, index] as const).toReversed());
  const place = ({ file, lineOf }: ReadStory, span: string, at: readonly PropertyKey[]): number => {
    const index = places.get(span);
    if (index === undefined)
      problems.push(
        `${file}:${lineOf(at)}: no story is named '${span}'; there are ${[...places.keys()].join(', ')}`,
      );
    return index ?? -1;
  };
  const stories = read.map((entry, index): StoryRule => {
    const { story } = entry;
    if (places.get(story.span) !== index)
      problems.push(
        `${entry.file}:${entry.lineOf(['span'])}: another file has the span '${story.span}' too; name one of them differently`,
      );
    return {
      index,
      span: story.span,
      depth: depthOf(story.span, read, new Set()),
      tier: story.tier,
      kind: story.kind,
      alone: story.alone,
      keys: story.keys,
      logs: logSet(story.logs),
      under: story.under.map(({ span, by, logs }, at) => ({
        span: place(entry, span, ['under', at, 'span']),
        by,
        logs: logSet(logs),
      })),
      preface: new Set(story.preface),
      awaits: story.awaits && {
        span: place(entry, story.awaits.span, ['awaits', 'span']),
        withinUs: parseDurationUs(story.awaits.within),
      },
      elapsed: story.elapsed ?? '',
      timeoutUs: parseDurationUs(story.timeout),
      longestUs: parseDurationUs(story.longest),
      idleUs: story.idle === undefined ? -1 : parseDurationUs(story.idle),
      lingerUs: parseDurationUs(story.linger),
      trails: new Set(story.trails),
      suffices: new Set(story.suffices),
      hop: story.hop,
      answers: story.answers,
      forgiven: story.forgiven,
    };
  });
  const roles = new Map<string, Role[]>();
  read.forEach(({ story }, index) => {
    const rule = stories[index];
    if (rule === undefined) return;
    for (const [event, role] of rolesOf(story, rule)) {
      const list = roles.get(event);
      if (list === undefined) roles.set(event, [role]);
      else list.push(role);
    }
  });
  return { stories, roles, prefaces: new Set(read.flatMap(({ story }) => story.preface)) };
}

const nothing = {
  where: [],
  again: 'step',
  first: false,
  unclaimed: false,
  alone: false,
  outcome: undefined,
} as const;

function rolesOf(story: StoryFile, rule: StoryRule): (readonly [string, Role])[] {
  const base = { ...nothing, rule };
  return [
    ...story.until.map((event) => [event, { ...base, does: 'until' }] as const),
    ...story.opens.map((given) => {
      if (typeof given === 'string') return [given, { ...base, does: 'opens' }] as const;
      const { event, again, where } = given;
      return [event, { ...base, does: 'opens', again, where: compileWhere(where) }] as const;
    }),
    ...story.continues.map((given) => {
      if (typeof given === 'string') return [given, { ...base, does: 'continues' }] as const;
      const { event, first, unclaimed, where } = given;
      return [event, { ...base, does: 'continues', first, unclaimed, where: compileWhere(where) }] as const;
    }),
    ...story.closes.map((given) => {
      if (typeof given === 'string') return [given, { ...base, does: 'closes' }] as const;
      const { event, alone, outcome, where } = given;
      const more = { alone, outcome, where: compileWhere(where) };
      return [event, { ...base, does: 'closes', ...more }] as const;
    }),
    ...story.continues.map(
      (given) => [typeof given === 'string' ? given : given.event, { ...base, does: 'step' }] as const,
    ),
    ...story.steps.map((event) => [event, { ...base, does: 'step' }] as const),
  ];
}

function depthOf(span: string, read: readonly ReadStory[], seen: ReadonlySet<string>): number {
  if (seen.has(span)) return 0;
  const under = read.find(({ story }) => story.span === span)?.story.under ?? [];
  const outer = new Set([...seen, span]);
  return under.reduce((depth, one) => Math.max(depth, 1 + depthOf(one.span, read, outer)), 0);
}

export function compileErrors({ ranking }: ErrorsFile): readonly ErrorRule[] {
  return ranking.map(({ error_type, event = '', where, message }) => ({
    errorType: error_type,
    event,
    where: compileWhere(where),
    message,
  }));
}

export function compileDisturbances({ disturbances }: DisturbancesFile): readonly DisturbanceRule[] {
  return disturbances.map(({ event, where, within, explains }) => ({
    event,
    where: compileWhere(where),
    withinUs: parseDurationUs(within),
    explains: new Set(explains),
  }));
}

export function compileDiagnoses({ diagnoses }: DiagnosesFile): readonly DiagnosisRule[] {
  return diagnoses.map(
    ({ id, precedence, signature: { story = [], error_type, misread_zone, all, any, none } }) => ({
      id,
      precedence,
      story: typeof story === 'string' ? [story] : story,
      misreadZone: misread_zone,
      errorType: error_type === undefined ? undefined : parseCondition(error_type),
      all: all.map(compileTest),
      any: any.map(compileTest),
      none: none.map(compileTest),
    }),
  );
}

function compileTest({
  event,
  where,
}: DiagnosesFile['diagnoses'][number]['signature']['all'][number]): EventTest {
  return { event, where: compileWhere(where) };
}

function logSet(logs: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return logs && new Set(logs.map((log) => log.toLowerCase()));
}

const unitUs: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };

function parseDurationUs(text: string): number {
  const [, digits = '0', unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(digits) * (unitUs[unit] ?? 1e6);
}
