import { createPlugin } from './panel/plugin.ts';

export const plugin = createPlugin();
