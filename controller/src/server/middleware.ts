import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Log } from '../io/log.ts';
import { failure } from './handlers.ts';

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What every app of Drey has: safe headers, small bodies, no guesses about proxies. */
export function guarded(app: Express): Express {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  app.set('query parser', 'simple');
  app.use((_, response, next) => {
    response.set(HEADERS);
    next();
  });
  app.use(express.json({ limit: '64kb', strict: true }));
  return app;
}

/** What no path took. */
export const notFound: RequestHandler = (_, response) => {
  const { status, body } = failure(404, 'DREY-SERVER-ANSWER', 'no such path');
  response.status(status).json(body);
};

/** Answers without stack and words of libraries; the log has them. */
export function onError(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = statusOf(error);
    if (status >= 500) log.error('request failed', { error, method: request.method, path: request.path });
    const { body } = failure(status, 'DREY-SERVER-ANSWER', status >= 500 ? 'internal error' : 'bad request');
    response.status(status).json(body);
  };
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
