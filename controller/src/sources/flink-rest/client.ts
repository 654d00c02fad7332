import type { z } from 'zod';
import { SourceError } from '../../io/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../io/http.ts';
import { expectSuccess, jsonOf } from '../../io/http-answer.ts';
import {
  toCheckpointConfig,
  toCheckpoints,
  toExceptions,
  toFailure,
  toJob,
  toJobDetails,
  toRequirements,
  toTriggerStatus,
} from './answers.ts';
import type { FlinkRest, FlinkRestFactory, Requirements, RunRequest } from './contract.ts';
import * as schemas from './schemas.ts';

/** What a Flink REST client is built from. */
export interface FlinkRestSettings {
  readonly http: HttpClient;
  /** For one read, ms. Default 5 s. */
  readonly deadlineMs?: number;
  /** For one write, ms: a submission runs the program's main method. Default 60 s. */
  readonly writeDeadlineMs?: number;
}

interface Call {
  readonly method?: HttpRequest['method'];
  readonly path: string;
  readonly body?: HttpRequest['body'];
  readonly signal?: AbortSignal | undefined;
}

/** Clients that share connections and count their calls on one `HttpClient`. */
export function flinkRestFactory(settings: FlinkRestSettings): FlinkRestFactory {
  return (baseUrl) => flinkRest(baseUrl.replace(/\/+$/, ''), settings);
}

function flinkRest(base: string, settings: FlinkRestSettings): FlinkRest {
  const { http, deadlineMs = 5000, writeDeadlineMs = 60_000 } = settings;

  function send(call: Call): Promise<HttpAnswer> {
    const method = call.method ?? 'GET';
    return http.send({
      method,
      url: base + call.path,
      what: nameOf(call),
      deadlineMs: method === 'GET' ? deadlineMs : writeDeadlineMs,
      signal: call.signal,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
  }
  async function ask<S extends z.ZodType>(schema: S, call: Call): Promise<z.infer<S>> {
    return parse(schema, jsonOf(await send(call), nameOf(call)), nameOf(call));
  }
  async function write(call: Call): Promise<void> {
    expectSuccess(await send(call), nameOf(call));
  }
  /** Flink refuses the second run of an id with the same 400 and the same text as any other run that it can't start. */
  async function knows(id: string, signal?: AbortSignal): Promise<boolean> {
    return send({ path: job(id), signal }).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
  const job = (id: string, rest = ''): string => `/jobs/${encodeURIComponent(id)}${rest}`;

  return {
    jobs: async (signal) => (await ask(schemas.jobsOverview, { path: '/jobs/overview', signal })).jobs.map(toJob),
    job: async (id, signal) => toJobDetails(await ask(schemas.jobDetails, { path: job(id), signal })),
    checkpoints: async (id, signal) =>
      toCheckpoints(await ask(schemas.checkpoints, { path: job(id, '/checkpoints'), signal })),
    checkpointConfig: async (id, signal) =>
      toCheckpointConfig(await ask(schemas.checkpointConfig, { path: job(id, '/checkpoints/config'), signal })),
    exceptions: async (id, signal) =>
      toExceptions(await ask(schemas.exceptions, { path: job(id, '/exceptions?maxExceptions=10'), signal })),
    failure: async (id, signal) =>
      toFailure(await ask(schemas.executionResult, { path: job(id, '/execution-result'), signal })),
    requirements: async (id, signal) =>
      toRequirements(await ask(schemas.requirements, { path: job(id, '/resource-requirements'), signal })),
    setRequirements: (id, requirements, signal) =>
      write({ method: 'PUT', path: job(id, '/resource-requirements'), body: requirementsBody(requirements), signal }),
    taskManagers: async (signal) => {
      const { taskmanagers } = await ask(schemas.taskManagers, { path: '/taskmanagers', signal });
      return taskmanagers.map((raw) => ({
        id: raw.id,
        slots: raw.slotsNumber,
        freeSlots: raw.freeSlots,
        // Flink's name is wrong: it is the instant of the heartbeat.
        lastHeartbeatAt: raw.timeSinceLastHeartbeat ?? null,
      }));
    },
    overview: async (signal) => {
      const raw = await ask(schemas.overview, { path: '/overview', signal });
      return {
        taskManagers: raw.taskmanagers,
        slotsTotal: raw['slots-total'],
        slotsFree: raw['slots-available'],
        version: raw['flink-version'],
      };
    },
    cancel: (id, signal) => write({ method: 'PATCH', path: job(id, '?mode=cancel'), signal }),
    jars: async (signal) => {
      const { files } = await ask(schemas.jars, { path: '/jars', signal });
      return files.map((file) => ({ id: file.id, name: file.name, uploadedAt: file.uploaded }));
    },
    uploadJar: async (path, signal) => {
      const fileName = path.split('/').at(-1) ?? 'job.jar';
      const file = { path, field: 'jarfile', fileName, contentType: 'application/x-java-archive' };
      const call = { method: 'POST', path: '/jars/upload', body: { file }, signal } as const;
      const { filename } = await ask(schemas.jarUploaded, call);
      // Flink answers the whole path on its disk; the id is its last part.
      return filename.split('/').at(-1) ?? filename;
    },
    runJar: async (jarId, run, signal) => {
      const path = `/jars/${encodeURIComponent(jarId)}/run`;
      const call = { method: 'POST', path, body: { json: runBody(run) }, signal } as const;
      const answer = await send(call);
      if (answer.status >= 400 && (await knows(run.jobId, signal))) {
        throw new SourceError('conflict', 'Flink REST: a job of this id is known already', answer.status);
      }
      return parse(schemas.jarRun, jsonOf(answer, nameOf(call)), nameOf(call)).jobid;
    },
    triggerCheckpoint: (id, triggerId, signal) => {
      const body = { json: { triggerId, checkpointType: 'CONFIGURED' } };
      return write({ method: 'POST', path: job(id, '/checkpoints'), body, signal });
    },
    checkpointTrigger: async (id, triggerId, signal) =>
      toTriggerStatus(await ask(schemas.trigger, { path: job(id, `/checkpoints/${triggerId}`), signal })),
  };
}

function nameOf(call: Call): string {
  return `Flink REST ${call.method ?? 'GET'} ${call.path}`;
}

function parse<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') ?? '';
  throw new SourceError('badAnswer', `${what}: unexpected shape at '${place}'`);
}

function requirementsBody(requirements: Requirements): { json: unknown } {
  const entries = Object.entries(requirements).map(([id, { lower, upper }]) => [
    id,
    { parallelism: { lowerBound: lower, upperBound: upper } },
  ]);
  return { json: Object.fromEntries(entries) };
}

function runBody(run: RunRequest): Record<string, unknown> {
  return {
    jobId: run.jobId,
    entryClass: run.entryClass,
    programArgsList: run.args,
    parallelism: run.parallelism,
    savepointPath: run.savepointPath,
    allowNonRestoredState: run.allowNonRestoredState,
    claimMode: run.claimMode,
    flinkConfiguration: run.configuration,
  };
}
