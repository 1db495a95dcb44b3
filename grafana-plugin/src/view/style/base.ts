export const baseStyle = `
.ccm-root { position: relative; display: flex; flex-direction: column; height: 100%; min-height: 0; box-sizing: border-box; overflow: hidden; background: var(--ccm-pane); color: var(--ccm-text);
  font: var(--ccm-font-size)/1.45 var(--ccm-font); container-type: inline-size; container-name: ccm; }
.ccm-root *, .ccm-root *::before { box-sizing: border-box; }
.ccm-root h1, .ccm-root h2, .ccm-root h3, .ccm-root h4, .ccm-root p, .ccm-root dl, .ccm-root dd, .ccm-root ul { margin: 0; padding: 0; font: inherit; letter-spacing: normal; color: inherit; }
.ccm-root ul { list-style: none; }
.ccm-root button, .ccm-root input, .ccm-root select { font: inherit; color: inherit; }
.ccm-root button { cursor: pointer; }
.ccm-root :focus { outline: none; }
.ccm-root :focus-visible { outline: 2px solid var(--ccm-focus); outline-offset: 1px; border-radius: var(--ccm-radius); }
.ccm-dim { color: var(--ccm-dim); }
.ccm-mono { font-family: var(--ccm-mono); font-size: 12px; overflow-wrap: anywhere; }
.ccm-root .ccm-bad-text { color: var(--ccm-error-text); }
.ccm-pad { padding: 12px 14px !important; }
@container ccm (max-width: 560px) { .ccm-pad { padding: 8px !important; } .ccm-partly { padding: 4px 8px !important; } }
.ccm-unseen { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.ccm-glyph { flex: none; vertical-align: -2px; }
.ccm-glyph-error { color: var(--ccm-error-text); }
.ccm-glyph-warning { color: var(--ccm-warning-text); }
.ccm-glyph-ok { color: var(--ccm-ok-text); }
.ccm-swatch { flex: none; display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.ccm-link { color: var(--ccm-link); text-decoration: none; background: none; border: 0; padding: 0; }
.ccm-link:hover { text-decoration: underline; }
.ccm-badge { display: inline-flex; align-items: center; gap: 4px; border-radius: var(--ccm-radius); padding: 1px 7px; font-size: 12px; font-weight: 600; white-space: nowrap; background: var(--ccm-raised); color: var(--ccm-dim); }
.ccm-badge-error { background: var(--ccm-error-pane); color: var(--ccm-error-text); }
.ccm-badge-warning { background: var(--ccm-warning-pane); color: var(--ccm-warning-text); }
.ccm-badge-ok { background: var(--ccm-ok-pane); color: var(--ccm-ok-text); }
.ccm-button, .ccm-icon-button { display: inline-flex; align-items: center; gap: 5px; background: none; border: 1px solid var(--ccm-line); border-radius: var(--ccm-radius); padding: 2px 8px; min-height: 26px; white-space: nowrap; }
.ccm-icon-button { padding: 2px; min-width: 24px; min-height: 24px; justify-content: center; border-color: transparent; color: var(--ccm-dim); }
.ccm-button:hover, .ccm-icon-button:hover, .ccm-tab:hover { background: var(--ccm-raised); color: var(--ccm-text); }
.ccm-button[aria-pressed=true] { background: var(--ccm-raised); border-color: var(--ccm-dim); }
.ccm-check { display: inline-flex; align-items: center; gap: 4px; white-space: nowrap; }
.ccm-state { display: grid; place-content: center; justify-items: center; gap: 8px; min-height: 160px; height: 100%; padding: 24px; text-align: center; }
.ccm-state strong { font-size: 15px; }
.ccm-state strong, .ccm-state p { max-width: 52em; overflow-wrap: anywhere; text-wrap: balance; }
.ccm-root:lang(ja) :is(.ccm-state, .ccm-diagnosis, .ccm-table-note) { word-break: auto-phrase; }
.ccm-state p { color: var(--ccm-text); }
.ccm-state .ccm-state-detail { color: var(--ccm-dim); font-size: 12px; }
.ccm-partly { display: flex; align-items: start; gap: 6px; padding: 6px 14px !important; background: var(--ccm-warning-pane); color: var(--ccm-warning-text) !important; }
.ccm-partly .ccm-glyph { margin-top: 2px; }
.ccm-root select, .ccm-root input[type=search], .ccm-root input[type=text] { background: var(--ccm-background); border: 1px solid var(--ccm-line); border-radius: var(--ccm-radius); padding: 3px 8px; min-height: 28px; }
.ccm-root input::placeholder { color: var(--ccm-dim); opacity: 1; }
.ccm-root input:placeholder-shown { text-overflow: ellipsis; }
@media (prefers-reduced-motion: no-preference) { .ccm-button, .ccm-tab, .ccm-row { transition: background-color .08s; } }
@media (forced-colors: active) { .ccm-swatch { forced-color-adjust: none; } .ccm-selected, .ccm-active { outline: 2px solid Highlight; outline-offset: -2px; } }
`;
