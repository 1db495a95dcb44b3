// What Grafana's server writes into its page before any of its packages is loaded.
// oxlint-disable-next-line no-underscore-dangle -- the name is Grafana's
globalThis.__grafana_public_path__ = '/public/';
const params = new URLSearchParams(location.search);
globalThis.grafanaBootData = {
  assets: {},
  navTree: [],
  themePaths: {},
  user: {
    id: 1,
    login: 'test',
    timezone: 'utc',
    locale: 'en-US',
    lightTheme: false,
    theme: 'dark',
    language: params.get('language') ?? 'en-US',
    weekStart: '',
  },
  settings: {
    buildInfo: { version: '0.0.0', commit: 'x', env: 'test', edition: 'Open Source' },
    featureToggles: {},
    panels: {},
    datasources: {},
    apps: {},
    appSubUrl: '',
    appUrl: '/',
    licenseInfo: {},
    unifiedAlerting: {},
    rendererAvailable: false,
  },
};
