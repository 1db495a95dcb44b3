import { StatePane } from '../view/state-pane.tsx';

/** Stands where the content will, so that nothing jumps when it comes. */
export function Loading({ title }: { readonly title: string }) {
  return (
    <div className="page-pane page-state">
      <StatePane busy title={title} />
    </div>
  );
}
