import { z } from 'zod';
import { ACTIONS } from '../../core/model/action.ts';
import { SYMPTOMS } from '../../core/model/diagnosis.ts';
import { duration, list, map, text } from '../scalars.ts';

const QUERIES = ['promql', 'logql', 'alert', 'symptom'] as const;

const when = z
  .strictObject({
    promql: text(4096).optional().describe('Instant query; each series of the answer is one sick job.'),
    logql: text(4096).optional().describe('Metric query on logs; each series of the answer is one sick job.'),
    alert: z
      .strictObject({
        name: text(253).describe('Name of the alert.'),
        labels: map(z.string().max(253), 64).prefault({}).describe('Labels that the alert must carry.'),
      })
      .optional()
      .describe('A firing alert.'),
    symptom: z.enum(SYMPTOMS).optional().describe('A symptom that Drey knows.'),
    for: duration('0s', '24h').prefault('0s').describe('Must hold for this long.'),
  })
  .refine((it) => QUERIES.filter((name) => it[name] !== undefined).length === 1, {
    error: `exactly one of ${QUERIES.join(', ')}`,
  });

const rung = z.strictObject({
  action: z.enum(ACTIONS).describe('What is done.'),
  within: duration('10s', '24h').prefault('10m').describe('Time to prove itself.'),
});

const rule = z
  .strictObject({
    name: text(63).describe('Unique; the name of a built-in rule replaces that rule.'),
    enabled: z.boolean().prefault(true).describe('false switches the rule off.'),
    when: when.optional().describe('When the rule is true.'),
    cause: text(63).optional().describe("Cause that it stands for; default: the rule's name."),
    ladder: list(rung, 8).prefault([]).describe('Actions, tried in order.'),
  })
  .refine((it) => !it.enabled || (it.when !== undefined && it.ladder.length > 0), {
    error: 'when and ladder, or enabled: false',
  });

/** `spec.heal` of a policy. */
export const heal = z.strictObject({
  enabled: z.boolean().prefault(true).describe('Heal failures.'),
  restore: z
    .strictObject({
      claimMode: z.enum(['NoClaim', 'Claim']).prefault('NoClaim').describe('Who owns the restored files afterwards.'),
      allowNonRestoredState: z.boolean().prefault(false).describe('Start though some state fits no operator.'),
      allowEmpty: z.boolean().prefault(false).describe('Start without state when no restore point is usable.'),
      maxRewind: duration('0s', '168h')
        .prefault('10m')
        .describe('How far behind the newest checkpoint an older one may be.'),
    })
    .prefault({})
    .describe('How a job gets its state back.'),
  rules: list(rule, 128).prefault([]).describe('Rules added to the built-in ones.'),
});
