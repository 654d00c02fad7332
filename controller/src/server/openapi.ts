/** The API as an OpenAPI document. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Drey', version, description: 'What Drey sees and decides. Instants are epoch ms, durations ms.' },
    security: [{ bearer: [] }, {}],
    paths: {
      '/api/v1/jobs': {
        get: operation('All watched jobs, and the policies over them.', { policies: object, jobs: list }),
      },
      '/api/v1/jobs/{platform}/{namespace}/{kind}/{name}': {
        parameters,
        get: operation('One job.', { job: object }, [unknown]),
      },
      '/api/v1/jobs/{platform}/{namespace}/{kind}/{name}/explain': {
        parameters,
        get: operation('Inputs, symptoms, cause and decision of one job, and its remediations.', { explain: object }, [
          unknown,
        ]),
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  };
}

const object = { type: 'object' };
const list = { type: 'array', items: object };
const parameters = ['platform', 'namespace', 'kind', 'name'].map((name) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
}));

const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});
const unknown = ['404', error('No such job.')] as const;

type Answers = readonly (readonly [string, object])[];

function operation(summary: string, content: Readonly<Record<string, object>>, more: Answers = []) {
  const properties = { now: { type: 'number' }, ...content };
  const body = { type: 'object', required: Object.keys(properties), properties };
  return {
    summary,
    responses: {
      '200': { description: summary, content: { 'application/json': { schema: body } } },
      '401': error('The token is missing or wrong.'),
      '403': error('Not on a loopback name.'),
      '503': error('Drey starts.'),
      ...Object.fromEntries(more),
    },
  };
}
