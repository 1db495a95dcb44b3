import type { Stage } from './stage.ts';
import { playInstall } from './stories/install.ts';
import { playNoise } from './stories/noise.ts';
import { playRegistration } from './stories/registration.ts';
import { playRenewal } from './stories/renewal.ts';
import type { Device } from './world.ts';

const tokenLifetimeUs = 8 * 3600e6;
const registerAfterUs = 20e6;

/** Plans the first story of every device; each story plans the next. */
export function scheduleFleet(stage: Stage): void {
  const { options, random, startUs, endUs, world } = stage;
  const lengthUs = endUs - startUs;
  for (const device of world.devices) {
    if (!device.installs) {
      if (options.inFlight === undefined)
        renewOverAndOver(stage, device, startUs + random.unit() * Math.min(tokenLifetimeUs, lengthUs));
      continue;
    }
    const atUs = startUs + random.unit() * 0.8 * lengthUs;
    stage.plan(atUs, () => {
      const { endUs: installedUs, installed } = playInstall(stage, device, atUs);
      addNoise(stage, device, atUs);
      if (!installed) return;
      stage.plan(installedUs + registerAfterUs, () => {
        const registeredUs = playRegistration(stage, device, installedUs + registerAfterUs);
        if (options.inFlight === undefined)
          renewOverAndOver(stage, device, registeredUs + 0.95 * tokenLifetimeUs);
      });
    });
  }
  if (options.inFlight !== undefined) renewByRate(stage, options.inFlight);
}

function renewOverAndOver(stage: Stage, device: Device, atUs: number): void {
  if (atUs >= stage.endUs) return;
  stage.plan(atUs, () => {
    playRenewal(stage, device, atUs);
    addNoise(stage, device, atUs);
    renewOverAndOver(stage, device, atUs + tokenLifetimeUs * (0.93 + 0.05 * stage.random.unit()));
  });
}

/** Arrivals at random, so that on average `inFlight` requests are at each STS (Little's law). */
function renewByRate(stage: Stage, inFlight: number): void {
  const { options, random, world } = stage;
  const meanUs = options.stsMedianMs * 1000 * Math.exp(options.stsSigma ** 2 / 2);
  const betweenUs = meanUs / (inFlight * options.managementPoints * options.sites);
  const devices = world.devices.filter(({ installs }) => !installs);
  const [first, ...rest] = devices;
  if (first === undefined) return;
  const busyUntilUs = new Map<string, number>();
  const next = (atUs: number): void => {
    if (atUs >= stage.endUs) return;
    stage.plan(atUs, () => {
      const device = random.pick([first, ...rest]);
      if ((busyUntilUs.get(device.name) ?? 0) <= atUs) {
        busyUntilUs.set(device.name, playRenewal(stage, device, atUs));
        addNoise(stage, device, atUs);
      }
      next(atUs + random.exponential(betweenUs));
    });
  };
  next(stage.startUs + random.exponential(betweenUs));
}

function addNoise(stage: Stage, device: Device, atUs: number): void {
  const { options, random } = stage;
  const count = Math.floor(options.noise) + (random.chance(options.noise % 1) ? 1 : 0);
  for (let i = 0; i < count; i++) playNoise(stage, device, atUs);
}
