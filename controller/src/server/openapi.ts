/** The API as an OpenAPI document. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Drey', version, description: 'What Drey sees and decides. Instants are epoch ms, durations ms.' },
    security: [{ bearer: [] }, {}],
    paths: {
      '/api/v1/jobs': { get: operation('All watched jobs.', 'jobs', { type: 'array', items: object }) },
      '/api/v1/jobs/{platform}/{namespace}/{kind}/{name}': {
        parameters,
        get: operation('One job.', 'job', object, [unknown]),
      },
      '/api/v1/jobs/{platform}/{namespace}/{kind}/{name}/explain': {
        parameters,
        get: operation('Inputs, symptoms, cause and decision of one job, and its remediations.', 'explain', object, [
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

function operation(summary: string, key: string, schema: object, more: readonly (readonly [string, object])[] = []) {
  const body = { type: 'object', required: ['now', key], properties: { now: { type: 'number' }, [key]: schema } };
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
