import { z } from 'zod';
import { ACTIONS } from '../../core/model/action.ts';
import { SYMPTOMS } from '../../core/model/diagnosis.ts';
import { duration, list, map, text } from '../scalars.ts';

const QUERIES = ['promql', 'logql', 'alert', 'symptom'] as const;

const when = z
  .strictObject({
    promql: text(4096)
      .optional()
      .describe("Instant query that yields a vector, bound to the policy's namespace; each series is one sick job."),
    logql: text(4096)
      .optional()
      .describe("Metric query on logs, bound to the policy's namespace; each series is one sick job."),
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
  action: z.enum(ACTIONS).describe('What is done. Page, the end of every ladder, may be left out.'),
  within: duration('10s', '24h').prefault('10m').describe('Time to prove itself; of Wait: how long.'),
});

const NAME = 'a name of at most 63 letters, digits and "-", a letter first';

/** Names end up as keys and as labels of metrics. */
const name = () =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, { error: NAME })
    .refine((it) => !(it in Object.prototype), { error: NAME });

const rule = z
  .strictObject({
    name: name().describe('Unique in the policy; the name of a built-in rule replaces that rule.'),
    enabled: z.boolean().prefault(true).describe('false switches the rule off.'),
    when: when.optional().describe('When the rule is true.'),
    cause: name().optional().describe("Cause that it stands for; default: the rule's name."),
    ladder: list(rung, 8).prefault([]).describe('Actions, tried in order; the next one when the last did not help.'),
  })
  .superRefine((it, context) => {
    if (!it.enabled) return;
    const missing = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (it.when === undefined) missing('when', 'a condition, or enabled: false');
    if (it.ladder.length === 0) missing('ladder', 'at least one action, or enabled: false');
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
