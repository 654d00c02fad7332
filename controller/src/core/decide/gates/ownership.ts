import { usable } from '../../model/input.ts';
import type { Gate } from './gate.ts';

/** Where another controller owns the same knob it goes first. */
export const notOwner: Gate = ({ snapshot }) => {
  const owner = usable(snapshot.platform)?.owner ?? null;
  return owner === null ? null : { reason: 'NotOwner', detail: `${owner} owns this job`, retryAt: null };
};

/** The platform is changing the job itself. */
export const platformBusy: Gate = ({ snapshot }) => {
  const busy = usable(snapshot.platform)?.busy ?? null;
  return busy === null ? null : { reason: 'PlatformBusy', detail: busy, retryAt: null };
};
