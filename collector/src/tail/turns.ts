import type { Report } from '../contract/loss.ts';
import type { Generation } from './generation.ts';
import { logNameOf } from './names.ts';
import { liveOrder, type OnDisk } from './on-disk.ts';
import type { Pieces } from './pieces.ts';
import type { Recognised } from './recognise-files.ts';

/** Tells turns that were seen from those that may have been missed. */
export interface Turns {
  /** Generations that are no more; those that may have held what nobody read are suspected losses, and named. */
  gone(
    generations: ReadonlySet<Generation>,
    recognised: Recognised,
  ): { readonly ended: readonly Generation[]; readonly suspected: readonly Generation[] };
  /** What came after the piece at a path is suspected to be lost. */
  suspect(path: string): void;
  /** The files and generations are now these. */
  settled(generations: ReadonlySet<Generation>, files: readonly OnDisk[]): void;
}

/**
 * What was written is known to be read where the newest generation of the last look is met again, with all that followed it.
 * Where it is not, it was written to and turned, perhaps more than once.
 */
export function createTurns(pieces: Pieces, report: Report): Turns {
  let newest: Generation | undefined;
  const orderOf = (path: string): string => logNameOf(path.slice(pieces.folder.length + 1)).order;
  const isLive = ({ path }: { readonly path: string }): boolean => orderOf(path) === liveOrder;

  function suspect(path: string): void {
    const subject = pieces.shown(path);
    report.lost('suspected_loss', 1);
    report.count('turns', 1);
    report.trouble({
      reason: 'suspected_loss',
      subject,
      sentence: `${subject} was begun anew and its old file is gone: what was written to it after the last look, if anything, is lost. Raise the log's size or history (LogMaxSize, LogMaxHistory), or look more often (tail.pollMs).`,
    });
  }

  return {
    suspect,
    gone(generations, { files, fresh, gone, covered }) {
      // Before the first look it is what the checkpoint knows.
      newest ??= newestOf(generations, ({ path }) => orderOf(path));
      const present = new Set(files.map(({ path }) => path));
      const follows = fresh.some((file) => !isLive(file));
      const ended: Generation[] = [];
      const suspected: Generation[] = [];
      for (const generation of gone) {
        const { path, remembered, told, offset, size, passedOver } = generation;
        // A live file that is away for a moment is being renamed or deleted; what became of it, its successor tells.
        const away = !present.has(path) && !covered.has(generation);
        if (away && !remembered && !generation.ended && !follows) continue;
        ended.push(generation);
        if (covered.has(generation) || passedOver) continue;
        const unread = size > (remembered ? told : offset);
        if (!isLive(generation) && !unread && !(generation === newest && follows)) continue;
        suspected.push(generation);
        suspect(path);
      }
      if (newest !== undefined && !generations.has(newest)) newest = undefined;
      return { ended, suspected };
    },
    settled(generations, files) {
      const order = new Map(files.map((file) => [file.path, file.order]));
      newest = newestOf(generations, ({ path }) => order.get(path) ?? '');
    },
  };
}

function newestOf(
  generations: ReadonlySet<Generation>,
  orderOf: (generation: Generation) => string,
): Generation | undefined {
  let newest: Generation | undefined;
  for (const generation of generations)
    if (newest === undefined || orderOf(generation) >= orderOf(newest)) newest = generation;
  return newest;
}
