import { useTranslator } from './context.ts';
import { ExportChoices, type ExportsProps } from './exports.tsx';
import { Menu } from './menu.tsx';
import { ToolChoices, type ToolsProps } from './tools.tsx';

export interface MenusProps extends ToolsProps, ExportsProps {
  /** Where width is dear both are one. */
  readonly narrow: boolean;
}

/** How the view is shown, and where a trace can be taken. */
export function Menus({ shape, state, dispatch, ladder, narrow }: MenusProps) {
  const t = useTranslator();
  const tools = state.view === 'waterfall' && <ToolChoices {...{ shape, state, dispatch }} />;
  const exports = <ExportChoices {...{ shape, ladder }} />;
  if (narrow)
    return (
      <Menu label={t.text(tools === false ? 'export.menu' : 'tools.options')}>
        {tools}
        <div className="ccm-menu-row">{exports}</div>
      </Menu>
    );
  return (
    <>
      {tools !== false && <Menu label={t.text('tools.options')}>{tools}</Menu>}
      <Menu label={t.text('export.menu')}>{exports}</Menu>
    </>
  );
}
