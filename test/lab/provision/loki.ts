import { versions } from '../versions.ts';
import { goToolsPart } from './go-tools.ts';
import type { Part } from './part.ts';

const versionVariable = 'github.com/grafana/loki/v3/pkg/util/build.Version';

/** Loki as a single binary. */
export function lokiPart(): Promise<Part> {
  const program = { packages: ['cmd/loki'], versionVariable, takes: '4 to 8 min' };
  return goToolsPart({ name: 'loki', ...versions.loki, ...program });
}

/** Promtail, of the last Loki that has it. */
export function promtailPart(): Promise<Part> {
  const program = { packages: ['clients/cmd/promtail'], versionVariable, takes: '2 to 5 min' };
  return goToolsPart({ name: 'promtail', ...versions.promtail, ...program });
}
