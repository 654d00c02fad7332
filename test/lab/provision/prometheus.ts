import { versions } from '../versions.ts';
import { goToolsPart } from './go-tools.ts';
import type { Part } from './part.ts';

/** Prometheus and promtool. */
export function prometheusPart(): Promise<Part> {
  return goToolsPart({
    name: 'prometheus',
    ...versions.prometheus,
    packages: ['cmd/prometheus', 'cmd/promtool'],
    // What /api/v1/status/buildinfo answers.
    versionVariable: 'github.com/prometheus/common/version.Version',
    takes: '2 to 5 min',
  });
}
