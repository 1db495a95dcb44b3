import module from 'amd-module';

// Grafana serves plugins from wherever it likes (a CDN, a sub-path): chunks are found beside the module itself.
__webpack_public_path__ =
  module && module.uri
    ? module.uri.slice(0, module.uri.lastIndexOf('/') + 1)
    : 'public/plugins/ccmtrace-trace-panel/';
