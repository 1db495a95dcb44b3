export const listStyle = `
.ccm-table-box { overflow-x: auto; }
.ccm-table { width: 100%; border-collapse: collapse; }
.ccm-table th { text-align: left; font-weight: 500; color: var(--ccm-dim); padding: 6px 10px; white-space: nowrap; }
.ccm-table th::first-letter { text-transform: uppercase; }
.ccm-table td { padding: 6px 10px; border-top: 1px solid var(--ccm-line); vertical-align: top; }
.ccm-table th:first-child, .ccm-table td:first-child { padding-left: 14px; }
.ccm-table tbody tr { cursor: pointer; }
.ccm-table-note { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 8px 14px 2px !important; color: var(--ccm-dim); font-size: 12px; }
.ccm-table-note b { font-weight: 600; color: var(--ccm-text); }
.ccm-table tbody tr:hover, .ccm-table tbody tr:focus-within { background: color-mix(in srgb, var(--ccm-text) 5%, transparent); }
.ccm-table .ccm-when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.ccm-table .ccm-story { min-width: 11em; }
.ccm-table .ccm-device { min-width: 8em; max-width: 220px; }
.ccm-clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
.ccm-table .ccm-meaning { min-width: 16em; overflow-wrap: anywhere; }
.ccm-table .ccm-took { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.ccm-table th.ccm-took { text-align: right; }
.ccm-table tbody tr.ccm-selected { background: var(--ccm-selected); box-shadow: inset 3px 0 0 var(--ccm-focus); }
.ccm-tier-dots { display: inline-flex; align-items: baseline; gap: 7px; margin-right: 8px; color: var(--ccm-dim); font-size: 11px; }
.ccm-tier-dots > span { display: inline-flex; align-items: baseline; gap: 3px; }
.ccm-choose { display: flex; gap: 8px; align-items: center; padding: 6px 14px 0; color: var(--ccm-dim); }
.ccm-choose select { min-width: 0; flex: 1 1 auto; max-width: 560px; }
.ccm-row-link { color: inherit; text-decoration: none; }
@container ccm (max-width: 840px) {
  .ccm-attempt-table thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .ccm-attempt-table tbody tr { display: grid; grid-template-columns: minmax(7em, 38%) 1fr auto; gap: 2px 10px; padding: 8px 12px; border-top: 1px solid var(--ccm-line); }
  .ccm-attempt-table td, .ccm-attempt-table td:first-child { border: 0; padding: 0; }
  .ccm-attempt-table .ccm-outcome { grid-column: 2 / -1; grid-row: 1; justify-self: end; max-width: 100%; }
  .ccm-attempt-table .ccm-badge { white-space: normal; overflow-wrap: anywhere; }
  .ccm-attempt-table .ccm-story { min-width: 0; }
  .ccm-attempt-table .ccm-device { max-width: none; }
  .ccm-attempt-table .ccm-took { grid-column: 3; }
  .ccm-attempt-table .ccm-meaning { grid-column: 1 / -1; min-width: 0; }
}
@container ccm (max-width: 480px) {
  .ccm-attempt-table .ccm-device { grid-column: 1 / -1; }
  .ccm-attempt-table .ccm-device ~ .ccm-story { grid-column: 1 / 3; }
}
@container ccm (max-width: 560px) { .ccm-choose { padding: 4px 8px 0; } .ccm-table-note { padding: 8px 12px 2px !important; } }
`;
