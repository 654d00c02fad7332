import express, { type Express, type Request, type Response } from 'express';
import { access, type Token } from './access.ts';
import { explainJob, getJob, type JobParams, listJobs, type Answer } from './handlers.ts';
import { guarded, notFound, onError } from './middleware.ts';
import type { ApiModel } from '../report/api-model.ts';
import { openApiDocument } from './openapi.ts';
import type { Log } from '../io/log.ts';

/** What the API is built from. */
export interface ApiOptions {
  /** Undefined until the loop has started. */
  readonly model: () => ApiModel | undefined;
  readonly tokens: readonly Token[];
  readonly version: string;
  readonly log: Log;
}

const JOB = '/api/v1/jobs/:platform/:namespace/:kind/:name';

/** What people and the command line ask. */
export function createApi({ model, tokens, version, log }: ApiOptions): Express {
  const app = guarded(express());
  app.use(access(tokens));
  const answer =
    (handle: (model: ApiModel, params: JobParams) => Answer) =>
    (request: Request<JobParams>, response: Response): void => {
      const present = model();
      if (present === undefined) response.status(503).json(STARTING);
      else send(response, handle(present, request.params));
    };
  app.get('/api/openapi.json', (_, response) => send(response, { status: 200, body: openApiDocument(version) }));
  app.get('/api/v1/jobs', answer(listJobs));
  app.get(JOB, answer(getJob));
  app.get(`${JOB}/explain`, answer(explainJob));
  app.use(notFound);
  app.use(onError(log));
  return app;
}

const STARTING = { error: { code: 'DREY-SERVER-ANSWER', message: 'starting' } };

function send(response: Response, { status, body }: Answer): void {
  response.status(status).json(body);
}
