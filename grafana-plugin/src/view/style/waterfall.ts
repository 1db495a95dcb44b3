export const waterfallStyle = `
.ccm-trace:focus-visible { outline: none; }
.ccm-trace { flex: 1 1 auto; height: 100%; min-height: 0; overflow: auto; position: relative; display: flex; flex-direction: column; }
.ccm-trace > * { flex: none; }
.ccm-trace > .ccm-ladder, .ccm-trace > .ccm-evidence { flex: 0 1 auto; min-height: 240px; overflow: auto; position: relative; }
.ccm-head { padding: 10px 14px 6px; }
.ccm-title { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 14px; }
.ccm-root .ccm-title h2 { font-size: 16px; font-weight: 600; }
.ccm-diagnosis { margin: 8px 0 4px; padding: 9px 12px; display: grid; gap: 4px; border-left: 3px solid var(--ccm-error); border-radius: 0 4px 4px 0; background: var(--ccm-error-pane); }
.ccm-diagnosis-warning { border-left-color: var(--ccm-warning); background: var(--ccm-warning-pane); }
.ccm-cause { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
.ccm-cause strong { font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
.ccm-where { display: inline-flex; align-items: baseline; gap: 6px; border: 0; background: none; padding: 0; color: var(--ccm-text); text-decoration: underline dotted var(--ccm-dim); text-underline-offset: 3px; text-align: left; }
.ccm-root .ccm-diagnosis p { max-width: 150ch; }
.ccm-remedy { white-space: pre-line; }
.ccm-quote { overflow-wrap: anywhere; }
.ccm-more { display: flex; flex-wrap: wrap; gap: 4px 16px; }
.ccm-why { flex: 0 1 auto; }
.ccm-why[open] { flex-basis: 100%; }
.ccm-why summary { cursor: pointer; color: var(--ccm-link); width: fit-content; }
.ccm-more:empty { display: none; }
.ccm-toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; padding: 6px 14px 8px; }
.ccm-tabs { display: inline-flex; gap: 4px; flex-wrap: wrap; }
.ccm-tab { background: none; border: 1px solid var(--ccm-line); border-radius: var(--ccm-radius); padding: 3px 11px; min-height: 28px; color: var(--ccm-dim); white-space: nowrap; }
.ccm-tab[aria-selected=true], .ccm-tab[aria-current=true] { background: var(--ccm-raised); color: var(--ccm-text); border-color: var(--ccm-dim); }
.ccm-count { margin-left: 6px; color: var(--ccm-dim); font-variant-numeric: tabular-nums; }
.ccm-clock { background: none; border: 1px dashed var(--ccm-line); border-radius: var(--ccm-radius); padding: 2px 8px; font-size: 12px; min-height: 26px; color: var(--ccm-dim); text-align: left; }
.ccm-whole { display: inline-block; }
.ccm-facts-line { display: flex; flex-wrap: wrap; margin-left: -14px; clip-path: inset(0 0 0 14px); }
.ccm-facts-line .ccm-whole::before { content: '·'; display: inline-block; width: 14px; text-align: center; }
.ccm-clock[aria-pressed=true] { border-style: solid; color: var(--ccm-warning-text); }
.ccm-search { margin-left: auto; flex: 1 1 150px; display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: 6px; min-width: 0; }
.ccm-search input[type=search] { flex: 0 1 220px; width: 100%; min-width: 150px; }
.ccm-search-tools { display: inline-flex; align-items: center; gap: 2px; color: var(--ccm-dim); }
.ccm-search-tools .ccm-check { margin-left: 6px; }
.ccm-waterfall { border-top: 1px solid var(--ccm-line); border-bottom: 1px solid var(--ccm-line); }
.ccm-axis { display: flex; height: 22px; border-bottom: 1px solid var(--ccm-line); color: var(--ccm-dim); font-size: 11px; padding-right: 12px; font-variant-numeric: tabular-nums; overflow: hidden; }
.ccm-axis-column { flex: none; display: flex; gap: 8px; justify-content: space-between; padding: 3px 10px 0 14px; overflow: hidden; white-space: nowrap; }
.ccm-axis-key { flex: none; display: inline-flex; align-items: center; gap: 6px; }
.ccm-axis-name { overflow: hidden; text-overflow: ellipsis; }
.ccm-critical-sign { display: inline-block; width: 16px; height: 2px; background: var(--ccm-text); }
.ccm-axis-times { position: relative; flex: 1; }
.ccm-tick { position: absolute; top: 3px; transform: translateX(-50%); white-space: nowrap; }
.ccm-tick-first { transform: none; }
.ccm-tick-last { transform: translateX(-100%); }
.ccm-scroll { overflow: hidden auto; position: relative; overscroll-behavior: contain; }
.ccm-scroll:focus-visible { outline-offset: -2px; }
.ccm-bars { position: sticky; top: 0; display: block; pointer-events: none; }
.ccm-rows { position: relative; }
.ccm-row { position: absolute; left: 0; right: 0; height: 28px; display: flex; align-items: center; cursor: pointer; }
.ccm-row:hover { background: color-mix(in srgb, var(--ccm-text) 5%, transparent); }
.ccm-row.ccm-selected { background: var(--ccm-selected); }
.ccm-scroll:focus-visible .ccm-active { box-shadow: inset 0 0 0 2px var(--ccm-focus); }
.ccm-scroll:focus .ccm-active { box-shadow: inset 3px 0 0 var(--ccm-focus); }
.ccm-lane { background: color-mix(in srgb, var(--ccm-raised) 88%, transparent); border-top: 1px solid var(--ccm-line); z-index: 1; }
.ccm-lane-name { display: flex; align-items: center; gap: 8px; padding: 0 8px; height: 100%; background: var(--ccm-raised); font-size: 12px; font-weight: 600; white-space: nowrap; overflow: hidden; max-width: 100%; }
.ccm-lane-name .ccm-dim, .ccm-lane-name .ccm-bad-text { font-weight: 400; }
.ccm-silence { display: inline-flex; min-width: 0; font-weight: 400; color: var(--ccm-dim); white-space: pre; }
.ccm-silence-words { overflow: hidden; text-overflow: ellipsis; }
.ccm-silent { cursor: default; background: repeating-linear-gradient(135deg, color-mix(in srgb, var(--ccm-dim) 10%, transparent) 0 4px, transparent 4px 9px); }
.ccm-lane-above { position: sticky; top: 0; z-index: 2; background: var(--ccm-raised); border-bottom: 1px solid var(--ccm-line); }
.ccm-silent .ccm-lane-name { background: var(--ccm-pane); }
.ccm-name { flex: none; width: var(--names); display: flex; align-items: center; gap: 5px; height: 100%; overflow: hidden; padding: 0 8px 0 min(8px + var(--depth) * 14px, var(--names) * 0.4); border-right: 1px solid var(--ccm-line); white-space: nowrap; }
.ccm-name-text { overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto; min-width: 3em; }
.ccm-matched .ccm-name-text { text-decoration: underline 2px var(--ccm-warning); text-underline-offset: 3px; }
.ccm-twist { flex: none; width: 16px; height: 24px; display: inline-flex; align-items: center; justify-content: center; border: 0; background: none; padding: 0; color: var(--ccm-dim); }
.ccm-tag { flex: none; font-size: 11px; border: 1px solid var(--ccm-line); border-radius: 3px; padding: 0 5px; color: var(--ccm-dim); }
.ccm-inferred { border-style: dashed; border-color: var(--ccm-dim); }
.ccm-column { margin-left: auto; padding-left: 8px; font-family: var(--ccm-mono); font-size: 11px; color: var(--ccm-dim); overflow: hidden; text-overflow: ellipsis; flex: 0 2 auto; }
.ccm-bar-label { position: absolute; left: var(--names); width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.ccm-overview { display: flex; margin: 4px 0 6px; overflow: hidden; }
.ccm-root .ccm-overview p { flex: none; display: flex; flex-wrap: wrap; align-content: center; justify-content: space-between; gap: 0 12px; padding: 0 10px 0 14px; font-size: 11px; color: var(--ccm-dim); }
.ccm-minimap-failed { background: var(--ccm-error); width: 3px; border-radius: 0; vertical-align: -1px; margin-right: 2px; }
.ccm-minimap { position: relative; flex: none; height: 44px; cursor: crosshair; touch-action: none; }
.ccm-minimap canvas { position: absolute; inset: 0; }
.ccm-brush { position: absolute; top: 0; bottom: 0; border: 1px solid var(--ccm-focus); background: var(--ccm-selected); }

.ccm-menu { position: relative; }
.ccm-menu > summary { list-style: none; color: var(--ccm-dim); cursor: pointer; }
.ccm-menu > summary::after { content: ''; border: 4px solid transparent; border-top-color: currentColor; translate: 0 2px; }
.ccm-menu > summary::-webkit-details-marker { display: none; }
.ccm-menu-pane { position: absolute; z-index: 4; top: calc(100% + 4px); left: 0; display: grid; gap: 8px; min-width: 220px; max-width: min(420px, 80cqw); padding: 10px 12px; background: var(--ccm-pane); border: 1px solid var(--ccm-line); border-radius: 4px; box-shadow: 0 6px 22px #0005; }
.ccm-menu-row { display: flex; flex-wrap: wrap; gap: 6px; }
.ccm-choice { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; border: 0; margin: 0; padding: 0; }
.ccm-choice legend { padding: 0; color: var(--ccm-dim); }
.ccm-choice select { max-width: 100%; }
.ccm-ladder-heads { position: sticky; z-index: 2; height: 0; pointer-events: none; }
.ccm-ladder-heads svg { position: absolute; left: 0; }
.ccm-ladder { border-top: 1px solid var(--ccm-line); padding: 10px 8px; }
.ccm-ladder:focus-visible, .ccm-evidence:focus-visible { outline-offset: -3px; }
.ccm-timeline { border-bottom: 1px solid var(--ccm-line); overflow: hidden; }
.ccm-mark { cursor: pointer; }
.ccm-attempts { border-top: 1px solid var(--ccm-line); }
.ccm-help { position: absolute; z-index: 5; top: 48px; right: 16px; max-width: calc(100% - 32px); background: var(--ccm-pane); border: 1px solid var(--ccm-line); border-radius: 6px; box-shadow: 0 8px 28px #0006; padding: 12px 16px; }
.ccm-help header { display: flex; justify-content: space-between; align-items: center; gap: 24px; margin-bottom: 6px; }
.ccm-root .ccm-help h3 { font-weight: 600; }
.ccm-root .ccm-help h4 { color: var(--ccm-dim); padding-top: 4px; }
.ccm-help .ccm-critical-sign { width: 34px; vertical-align: middle; }
.ccm-bar-sign { display: inline-block; width: 34px; height: 10px; border-radius: 2px; vertical-align: middle; background: var(--ccm-lane-client); }
.ccm-pale-sign { opacity: .72; }
.ccm-inferred-sign { border-left: 2px dashed var(--ccm-text); border-radius: 0 2px 2px 0; }
.ccm-help dl > div { display: grid; grid-template-columns: 84px 1fr; padding: 2px 0; }
.ccm-help kbd { font-family: var(--ccm-mono); font-size: 12px; }
@container ccm (max-width: 560px) {
  .ccm-search { margin-left: 0; flex-basis: 180px; }
  .ccm-search:has(.ccm-search-tools) { flex-basis: 100%; }
  .ccm-search input[type=search] { flex: 1; width: auto; }
  .ccm-head { padding: 4px 8px 0; }
  .ccm-title { gap: 0 10px; }
  .ccm-diagnosis { margin: 5px 0 2px; padding: 5px 8px; gap: 2px; }
  .ccm-cause strong { font-size: 14px; line-height: 1.3; }
  .ccm-toolbar { position: relative; gap: 5px 6px; padding: 5px 8px 6px; }
  .ccm-tab { padding: 2px 8px; }
  .ccm-menu { position: static; }
  .ccm-menu-pane { left: 8px; right: 8px; max-width: none; }
  .ccm-name { padding: 0 4px 0 min(2px + var(--depth) * 7px, var(--names) * 0.25); gap: 3px; }
  .ccm-name-text { font-size: 11px; line-height: 13px; white-space: normal; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
  .ccm-name .ccm-tag:not(.ccm-inferred) { display: none; }
  .ccm-name .ccm-inferred { font-size: 10px; padding: 0 3px; }
}
`;
