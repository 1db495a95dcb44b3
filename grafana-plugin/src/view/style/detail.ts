export const detailStyle = `
.ccm-details { padding-bottom: 12px; }
.ccm-details-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 10px 14px 6px; }
.ccm-root .ccm-details-head h3 { display: inline-flex; align-items: center; gap: 7px; font-weight: 600; }
.ccm-details-tools { margin-left: auto; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.ccm-details-tools .ccm-button { font-size: 12px; color: var(--ccm-dim); }
.ccm-root .ccm-status { padding: 0 14px 6px; color: var(--ccm-error-text); overflow-wrap: anywhere; }
.ccm-details-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px 16px; }
@container ccm (min-width: 1000px) { .ccm-details-body { grid-template-columns: minmax(0, 1fr) minmax(260px, 330px); } }
@container ccm (min-width: 1200px) { .ccm-details-body { grid-template-columns: minmax(0, 1fr) 400px; } }
.ccm-details-facts { padding: 0 14px; }
.ccm-group { padding: 4px 0 8px; }
.ccm-root .ccm-group h4 { font-size: 12px; font-weight: 600; color: var(--ccm-dim); padding-bottom: 2px; }
.ccm-facts > div { display: grid; grid-template-columns: minmax(90px, min(42%, 220px)) 1fr; gap: 10px; padding: 2px 0; border-top: 1px solid color-mix(in srgb, var(--ccm-line) 55%, transparent); font-size: 12px; }
.ccm-facts dt { color: var(--ccm-dim); overflow-wrap: anywhere; }
.ccm-root .ccm-facts dd { font: 12px/1.45 var(--ccm-mono); overflow-wrap: anywhere; }
.ccm-records { font-size: 12px; }
.ccm-record { display: grid; grid-template-columns: 92px 142px minmax(0, 1fr) minmax(0, auto); gap: 2px 12px; padding: 3px 14px; align-items: start; cursor: pointer; }
.ccm-records-one .ccm-record { grid-template-columns: 92px minmax(0, 1fr); }
.ccm-record:nth-child(odd) { background: color-mix(in srgb, var(--ccm-text) 3%, transparent); }
.ccm-record:hover { background: color-mix(in srgb, var(--ccm-text) 7%, transparent); }
.ccm-record.ccm-record-active { background: var(--ccm-selected); }
.ccm-record-time { color: var(--ccm-dim); font-family: var(--ccm-mono); white-space: nowrap; }
.ccm-record-tier { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.ccm-saying { min-width: 0; }
.ccm-said { display: block; font-family: var(--ccm-mono); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.ccm-root .ccm-saying .ccm-link { color: var(--ccm-link); }
.ccm-said-cut { max-height: 11.6em; overflow: hidden; }
.ccm-said.ccm-bad-text { font-weight: 600; }
.ccm-place { display: inline-flex; align-items: center; justify-content: flex-end; gap: 2px; color: var(--ccm-dim); font-family: var(--ccm-mono); font-size: 11px; min-width: 0; }
.ccm-root .ccm-place-text { border: 0; background: none; padding: 0; font: inherit; color: inherit; overflow-wrap: anywhere; text-align: right; }
.ccm-place .ccm-icon-button { min-height: 20px; min-width: 24px; padding: 0; }
.ccm-root .ccm-failures-first { padding: 0 14px 2px; font-size: 11px; }
.ccm-record-end { height: 40px; }
.ccm-evidence { border-top: 1px solid var(--ccm-line); padding: 6px 0; }
@container ccm (min-width: 861px) {
  .ccm-records-one .ccm-place { grid-column: 2; justify-content: flex-start; }
  .ccm-root .ccm-records-one .ccm-place-text { text-align: left; }
}
@container ccm (max-width: 860px) {
  .ccm-record, .ccm-records-one .ccm-record { grid-template-columns: 92px minmax(0, 1fr) auto; }
  .ccm-saying { grid-row: 2; grid-column: 1 / -1; }
  .ccm-place { grid-column: 3; grid-row: 1; }
}
@container ccm (max-width: 480px) {
  .ccm-record, .ccm-records-one .ccm-record { grid-template-columns: 92px minmax(0, 1fr); }
  .ccm-place { grid-column: 1 / -1; grid-row: 3; justify-content: flex-start; }
  .ccm-root .ccm-place-text { text-align: left; }
}
`;
