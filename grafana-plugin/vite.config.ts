import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The collector's page. Everything is a file of its own: the page's security policy knows no inline script or style. */
export default defineConfig({
  root: join(import.meta.dirname, 'src', 'page'),
  base: './',
  build: {
    outDir: join(import.meta.dirname, 'dist', 'page'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: 'warn',
});
