import { readFileSync } from 'node:fs';
import { getContainerRuntimeClient, ImageName, TestContainers } from 'testcontainers';
import { parse } from 'yaml';
import type { Program } from '../interop/programs/find.ts';

const composeFile = new URL('../../deploy/compose/compose.yaml', import.meta.url);
const services = ['grafana', 'tempo', 'prometheus'] as const;

/** Image names: those of the compose set-up, under the same variables (GRAFANA_IMAGE, TEMPO_IMAGE, PROMETHEUS_IMAGE). */
export type Images = Readonly<Record<(typeof services)[number], string>>;

export function imagesOf(environment: Readonly<Record<string, string | undefined>>): Images {
  const compose = parse(readFileSync(composeFile, 'utf8')) as {
    services: Record<string, { image: string }>;
  };
  const image = (service: string): string =>
    compose.services[service]!.image.replace(
      /\$\{(\w+):-(.*?)\}/,
      (_, name: string, otherwise: string) => environment[name] || otherwise,
    );
  return Object.fromEntries(services.map((service) => [service, image(service)])) as Images;
}

/** A container engine that has the images or can pull them; else why not. */
export async function findEngine(images: Images): Promise<Program> {
  let client: Awaited<ReturnType<typeof getContainerRuntimeClient>>;
  try {
    client = await getContainerRuntimeClient();
  } catch (error) {
    return { path: '', missing: `no container engine answers (${lineOf(error)})` };
  }
  for (const image of Object.values(images)) {
    const name = ImageName.fromString(image);
    try {
      if (!(await client.image.exists(name))) await client.image.pull(name);
      // A pull that fails is not always said.
      if (!(await client.image.exists(name))) throw new Error('it did not come');
    } catch (error) {
      return { path: '', missing: `the image ${image} cannot be pulled (${lineOf(error)})` };
    }
  }
  try {
    // Without any port: only brings up what lets containers reach the tests' machine (SSHD_CONTAINER_IMAGE, RYUK_CONTAINER_IMAGE).
    await TestContainers.exposeHostPorts();
  } catch (error) {
    return { path: '', missing: `the helpers of testcontainers do not start (${lineOf(error)})` };
  }
  return { path: client.info.containerRuntime.host, missing: '' };
}

function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
