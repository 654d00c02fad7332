import { expect, it } from 'vitest';
import { checkResource } from '../../resources/check/resource.ts';
import { applyOverrides, readOverrides } from './environment.ts';

it('reaches every key of a source, also of one that the file leaves out', () => {
  const overrides = readOverrides({
    DREY_SOURCES_LOKI_URL: 'https://loki:3100',
    DREY_SOURCES_LOKI_DEADLINE: '2s',
    DREY_SOURCES_LOKI_LABELS_JOB: 'flink_job',
    DREY_SOURCES_LOKI_AUTH_BASIC_USERNAME: 'drey',
    DREY_SOURCES_LOKI_AUTH_BASIC_PASSWORD_FILE: '/run/password',
    DREY_SOURCES_LOKI_AUTH_HEADERS: '{X-Scope-OrgID: payments}',
    DREY_SOURCES_LOKI_TLS_CA_FILE: '/run/ca.pem',
    DREY_SOURCES_LOKI_TLS_INSECURE_SKIP_VERIFY: 'true',
    DREY_SOURCES_PROMETHEUS_AUTH_BEARER_FILE: '/run/token',
  });
  expect(overrides.findings).toEqual([]);
  const document = {
    apiVersion: 'drey.dev/v1alpha1',
    kind: 'DreyConfig',
    sources: { prometheus: { url: 'http://127.0.0.1:9090' } },
  };
  expect(checkResource(applyOverrides(document, overrides))).toMatchObject({
    ok: true,
    value: {
      sources: {
        prometheus: { auth: { bearerFile: '/run/token' } },
        loki: {
          url: 'https://loki:3100',
          deadline: 2000,
          labels: { namespace: 'namespace', job: 'flink_job' },
          auth: {
            basic: { username: 'drey', passwordFile: '/run/password' },
            headers: { 'X-Scope-OrgID': 'payments' },
          },
          tls: { caFile: '/run/ca.pem', insecureSkipVerify: true },
        },
      },
    },
  });
});
