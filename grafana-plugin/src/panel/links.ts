import type { LinkModel } from '@grafana/data';
import type { Frame } from '../frames/columns.ts';
import { fieldOf } from '../frames/columns.ts';
import type { SpanLink } from '../view/link-to.tsx';

/** The data links that a dashboard put on a row's fields; they work wherever the panel stands, Explore or not. */
export function linksOfRow(frame: Frame, row: number, ...fields: readonly string[]): SpanLink[] {
  return fields.flatMap((name) => {
    const field = fieldOf(frame, name);
    return (field?.getLinks?.({ valueRowIndex: row }) ?? []).map(toLink);
  });
}

/** The first of a row's links that a dashboard gave; undefined where there are none but the data source's own into Explore. */
export function ownLinkOfRow(frame: Frame, row: number, ...fields: readonly string[]): string | undefined {
  return fields
    .flatMap((name) => fieldOf(frame, name)?.getLinks?.({ valueRowIndex: row }) ?? [])
    .find((link) => link.interpolatedParams === undefined)?.href;
}

function toLink(link: LinkModel): SpanLink {
  const { onClick } = link;
  return {
    title: link.title,
    href: link.href,
    newTab: link.target === '_blank',
    ...(onClick === undefined ? {} : { onClick: (event: { preventDefault(): void }) => onClick(event) }),
  };
}
