// Plays the part of Grafana's plugin loader: SystemJS, with the modules that Grafana shares.
import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import lodash from 'lodash';
import React from 'react';
import * as reactDom from 'react-dom';
import * as jsxRuntime from 'react/jsx-runtime';
import * as rxjs from 'rxjs';
import { mountPanels, type MountChoice } from './mount.tsx';

interface Loader {
  set(id: string, module: object): void;
  addImportMap(map: object): void;
  import(url: string): Promise<Record<string, unknown>>;
}

const { System } = globalThis as unknown as { System: Loader };

const shared: Record<string, object> = {
  react: { ...React, default: React, __useDefault: true },
  'react/jsx-runtime': jsxRuntime,
  'react-dom': reactDom,
  rxjs,
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  lodash: { ...lodash, default: lodash, __useDefault: true },
  '@grafana/data': grafanaData,
  '@grafana/ui': grafanaUi,
  '@grafana/runtime': grafanaRuntime,
};
const imports: Record<string, string> = {};
for (const [name, module] of Object.entries(shared)) {
  System.set(`package:${name}`, module);
  imports[name] = `package:${name}`;
}
System.addImportMap({ imports });

async function load(url: string): Promise<grafanaData.PanelPlugin> {
  const module = await System.import(url);
  // A bundle with top-level await exports a promise; Grafana's loader awaits it too.
  const { plugin } = 'plugin' in module ? module : ((await module['default']) as Record<string, unknown>);
  if (!(plugin instanceof grafanaData.PanelPlugin))
    throw new Error(`${url} exports no PanelPlugin of this host.`);
  return plugin;
}

/** What is taken but not there, one line each: an export of a shared module, or a member of an export. */
function lacks(taken: readonly { module: string; symbol: string; member: string }[]): string[] {
  return taken
    .filter(({ module, symbol, member }) => {
      const exported = (shared[module] as Record<string, unknown> | undefined)?.[symbol];
      if (exported === undefined || exported === null) return true;
      return member !== '' && !(member in Object(exported));
    })
    .map(({ module, symbol, member }) => `${module} ${symbol}${member === '' ? '' : `.${member}`}`);
}

const host = {
  react: React.version,
  lacks,
  mount: async (element: HTMLElement, choice: MountChoice) =>
    mountPanels(element, await load('/public/plugins/ccmtrace-trace-panel/module.js'), choice),
};

export type PanelHost = typeof host;

Object.assign(globalThis, { panelHost: host });
