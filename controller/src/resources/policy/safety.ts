import { z } from 'zod';
import { PLATFORM_ACTIONS } from '../../core/model/action.ts';
import { amount, count, duration, list, number, text } from '../scalars.ts';
import { neverOpens, timeZoneExists } from '../windows.ts';

/** What windows and approvals can hold back: everything but waiting and paging. */
const actions = list(z.enum(PLATFORM_ACTIONS), PLATFORM_ACTIONS.length);

const massFailureFields = {
  share: number(0.01, 1).describe('Share of the watched jobs that were healthy.'),
  atLeast: count(1, 100_000).describe('Never fewer jobs than this.'),
  within: duration('10s', '24h').describe('Counted over this time.'),
};

/** Limits of the whole fleet as the configuration sets them: the base that policies may only tighten. */
export const fleetLimits = z.strictObject({
  concurrent: amount().prefault('10%').describe('Jobs acted on at the same time.'),
  massFailure: z
    .strictObject({
      share: massFailureFields.share.prefault(0.2),
      atLeast: massFailureFields.atLeast.prefault(3),
      within: massFailureFields.within.prefault('10m'),
    })
    .prefault({})
    .describe('When so many jobs fall sick together, jobs are healed one by one.'),
});

const window = z
  .strictObject({
    type: z
      .enum(['Allow', 'Freeze'])
      .describe('Allow: the actions only inside. Freeze: none of them inside; Freeze wins.'),
    actions: actions.prefault([]).describe('Actions that it is about. Freeze: none named = all.'),
    schedule: text(100).describe('Cron expression of the start.'),
    duration: duration('1m', '8784h').describe('How long it stays open.'),
    timeZone: text(64)
      .refine(timeZoneExists, { error: 'an IANA time zone such as Europe/Warsaw' })
      .prefault('UTC')
      .describe('IANA name of the time zone of the schedule.'),
  })
  .refine((it) => it.type === 'Freeze' || it.actions.length > 0, {
    path: ['actions'],
    error: 'at least one action, as type is Allow',
  })
  .refine((it) => !neverOpens(it.schedule), {
    path: ['schedule'],
    error: 'a cron expression that comes true, such as "0 2 * * *"',
  });

/** `spec.safety` of a policy. */
export const safety = z.strictObject({
  cooldown: duration('0s', '24h').prefault('5m').describe('Between rescales of one job.'),
  budget: z
    .strictObject({
      job: z
        .strictObject({
          actions: count(0, 1000).prefault(4).describe('Actions on one job.'),
          per: duration('1m', '168h').prefault('1h').describe('In this time.'),
        })
        .prefault({})
        .describe('Limit of one job.'),
      fleet: z
        .strictObject({
          concurrent: amount()
            .optional()
            .describe("Jobs acted on at the same time; default: the configuration's limit."),
        })
        .prefault({})
        .describe('Limit over all jobs of this Drey.'),
    })
    .prefault({})
    .describe('How many actions.'),
  massFailure: z
    .strictObject(massFailureFields)
    .partial()
    .prefault({})
    .describe("When so many jobs fall sick together, jobs are healed one by one; default: the configuration's limits."),
  windows: list(window, 64).prefault([]).describe('When actions are allowed or forbidden.'),
  approval: z
    .strictObject({
      actions: actions.prefault([]).describe('Actions that wait for a person.'),
      deadline: duration('1m', '168h').prefault('15m').describe('After this the proposal expires.'),
    })
    .prefault({})
    .describe('What a person must approve.'),
});
