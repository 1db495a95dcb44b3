import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { buildHost } from './build-host.ts';
import { buildPanel } from './build-panel.ts';
import { packagesOf, type Generation } from './generations.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.otf': 'font/otf',
  '.woff2': 'font/woff2',
};

const inter = '/usr/share/fonts/opentype/inter';
/** Grafana ships this very cut of Roboto Mono; without it every machine would show another monospaced font. */
const mono = join(
  import.meta.dirname,
  '../../../node_modules/@fontsource-variable/roboto-mono/files/roboto-mono-latin-wght-normal.woff2',
);

export interface HostServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Builds host and panel and serves them as a Grafana server would, with Grafana's fonts, which are not in its packages: Inter is Debian's. */
export async function serveHost(generation: Generation, bundle?: string): Promise<HostServer> {
  const packages = packagesOf(generation);
  const host = await buildHost(generation, packages);
  const out = join(import.meta.dirname, '..', '..', '..', '.cache', 'panel-host', `panel-${process.pid}`);
  const panel = bundle ?? (await buildPanel(out));
  const mounts: readonly (readonly [prefix: string, folder: string])[] = [
    ['/host/', host],
    ['/public/plugins/ccmtrace-trace-panel/', panel],
    ['/public/build/img/icons/', join(packages, '@grafana', 'ui', 'dist', 'public', 'img', 'icons')],
    ['/', join(import.meta.dirname, 'host')],
  ];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const file = path.includes('/fonts/')
      ? fontOf(path)
      : fileOf(mounts, path === '/' ? '/index.html' : path);
    if (file === undefined || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      // A page of its own process: only there does the browser tell how much memory it takes.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function fileOf(mounts: readonly (readonly [string, string])[], path: string): string | undefined {
  const mount = mounts.find(([prefix]) => path.startsWith(prefix));
  return mount === undefined ? undefined : join(mount[1], normalize(`/${path.slice(mount[0].length)}`));
}

function fontOf(path: string): string {
  if (path.includes('/fonts/roboto/')) return mono;
  return join(inter, `Inter-${path.includes('Medium') ? 'Medium' : 'Regular'}.otf`);
}
