import type { LogEvent } from '../../model/event.ts';
import type { Knowledge, Role } from '../knowledge/knowledge.ts';

/** What an event may do, in the order it is played: ends of earlier phases, beginnings, ends, steps. */
export type RolesOf = (event: LogEvent) => readonly Role[];

const order = { until: 0, continues: 1, opens: 2, closes: 3, step: 4 } as const;

/** Looks up roles by name and log, each combination once; a log is of one tier. */
export function createRolesOf(knowledge: Knowledge): RolesOf {
  const known = new Map<string, Map<string, readonly Role[]>>();
  return ({ name, tier, log }) => {
    let byLog = known.get(name);
    if (byLog === undefined) {
      byLog = new Map();
      known.set(name, byLog);
    }
    let roles = byLog.get(log);
    if (roles === undefined) {
      roles = [...namesOf(name)]
        .flatMap((pattern) => knowledge.roles.get(pattern) ?? [])
        .filter(({ rule }) => rule.tier === tier && (rule.logs?.has(log.toLowerCase()) ?? true))
        .sort((a, b) => order[a.does] - order[b.does] || byDepth(a, b) || a.rule.index - b.rule.index);
      byLog.set(log, roles);
    }
    return roles;
  };
}

/** What encloses begins first and ends last. */
function byDepth(a: Role, b: Role): number {
  const outerFirst = a.rule.depth - b.rule.depth;
  return a.does === 'opens' || a.does === 'continues' ? outerFirst : -outerFirst;
}

/** The name itself, and every family it is of. */
function* namesOf(name: string): Generator<string> {
  yield name;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1))
    yield `${name.slice(0, dot)}.*`;
}
