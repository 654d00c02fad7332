import express, { type Express } from 'express';
import type { Log } from '../io/log.ts';
import type { Metrics } from '../report/metrics.ts';
import { guarded, notFound, onError } from './middleware.ts';
import type { ApiModel } from '../report/api-model.ts';

/** What the telemetry server is built from. */
export interface TelemetryOptions {
  /** Undefined until the loop has started. */
  readonly model: () => ApiModel | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What machines ask, without a token: metrics and whether Drey lives and is ready. */
export function createTelemetry({ model, metrics, log }: TelemetryOptions): Express {
  const app = guarded(express());
  app.get('/metrics', async (_, response) => {
    const { contentType, body } = await metrics.text();
    response.set('content-type', contentType).send(body);
  });
  // While it starts it lives: an end then would only make it start again.
  app.get('/livez', (_, response) => tell(response, model()?.live() ?? true));
  app.get('/readyz', (_, response) => tell(response, model()?.ready() ?? false));
  app.use(notFound);
  app.use(onError(log));
  return app;
}

function tell(response: express.Response, good: boolean): void {
  response
    .status(good ? 200 : 503)
    .type('text/plain')
    .send(good ? 'ok\n' : 'not ok\n');
}
