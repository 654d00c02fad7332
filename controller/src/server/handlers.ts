import { type JobRef, jobKey, parseJobKey } from '../core/model/job-key.ts';
import type { ApiModel } from '../report/api-model.ts';

/** What a handler answers: plain data, so that it needs no server to be tested. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** `GET /api/v1/jobs` */
export function listJobs(model: ApiModel): Answer {
  return { status: 200, body: { now: model.now(), policies: model.policies(), jobs: model.jobs() } };
}

/** Path parameters of one job. */
export type JobParams = Readonly<Record<'platform' | 'namespace' | 'kind' | 'name', string>>;

/** `GET /api/v1/jobs/{platform}/{namespace}/{kind}/{name}`; 404 where no such job is watched. */
export function getJob(model: ApiModel, params: JobParams): Answer {
  const key = keyOf(params);
  const job = key === undefined ? undefined : model.jobs().find((it) => it.key === key);
  return job === undefined ? unknownJob(params) : { status: 200, body: { now: model.now(), job } };
}

/** The same with `/explain`. */
export function explainJob(model: ApiModel, params: JobParams): Answer {
  const key = keyOf(params);
  const explanation = key === undefined ? undefined : model.explain(key);
  return explanation === undefined
    ? unknownJob(params)
    : { status: 200, body: { now: model.now(), explain: explanation } };
}

function keyOf(params: JobParams) {
  const ref = parseJobKey(jobKey(params as JobRef));
  return ref === undefined ? undefined : jobKey(ref);
}

function unknownJob({ platform, namespace, kind, name }: JobParams): Answer {
  return failure(404, 'DREY-JOB-UNKNOWN', `no watched job has the key ${platform}/${namespace}/${kind}/${name}`);
}

/** Every error of the API has this form. */
export function failure(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
