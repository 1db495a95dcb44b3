/** What must show of a list, at least, where the view around it is left alone: what stands above says what failed and what to do; px. */
const enough = 180;
/** Left free beside what is brought into view; px. */
const margin = 8;
/** What is left of what comes after it; px. */
const after = 56;

/**
 * Scrolls a list as little as shows an element whole; the view around it only where hardly anything of the list shows.
 * `covered`: pixels at the list's top that something else stands over.
 */
export function bringIntoView(element: Element, list: Element, covered = 0): void {
  const view = list.closest('.ccm-trace')!;
  const bottomOfView = view.getBoundingClientRect().bottom;
  const shows = list.getBoundingClientRect();
  if (shows.top + Math.min(enough, shows.height) > bottomOfView)
    view.scrollTop += shows.bottom - bottomOfView;
  const frame = list.getBoundingClientRect();
  const top = frame.top + covered + margin;
  const bottom = Math.min(frame.bottom, bottomOfView) - margin;
  const row = element.getBoundingClientRect();
  if (row.bottom > bottom) list.scrollTop += Math.min(row.bottom - bottom + after, row.top - top);
  else if (row.top < top) list.scrollTop += row.top - top;
}
