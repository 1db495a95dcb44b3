import { stat } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../refusal.ts';

/** The page's files; nothing outside the folder, no dot files, no listing. */
export async function addPage(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined || !(await isFolder(folder))) {
    app.get('/', { schema: { hide: true } }, () => {
      throw new Refusal(
        404,
        'The page is not there: build it (npm run build -w grafana-plugin) and start again; the API works without it.',
      );
    });
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    index: ['index.html'],
    dotfiles: 'deny',
    list: false,
    redirect: false,
    decorateReply: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders: (reply) => {
      // Files keep their names between versions: a browser asks each time, and is mostly told that nothing changed.
      reply.header('cache-control', 'no-cache');
    },
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
