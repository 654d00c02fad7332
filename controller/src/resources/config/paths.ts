import { isAbsolute, resolve } from 'node:path';
import type { DreyConfig } from './config.ts';
import type { ProcessPlatformSettings } from './process.ts';
import type { SourceConfig } from './source.ts';

/** The same configuration with paths made absolute: relative ones start at the configuration's own folder. */
export function resolvePaths(config: DreyConfig, folder: string): DreyConfig {
  const from = (path: string): string => resolve(folder, path);
  return {
    ...config,
    store: { ...config.store, file: from(config.store.file) },
    policies: config.policies.map(from),
    sources: resolveSources(config.sources, from),
    api: { tokens: config.api.tokens.map((token) => ({ ...token, file: from(token.file) })) },
    platforms: config.platforms.map((it) => ({ process: resolveProcess(it.process, folder) })),
  };
}

type From = (path: string) => string;

function resolveSources(sources: DreyConfig['sources'], from: From): DreyConfig['sources'] {
  const { prometheus, loki } = sources;
  return {
    ...sources,
    prometheus: { ...prometheus, ...resolveAccess(prometheus, from) },
    ...(loki === undefined ? {} : { loki: { ...loki, ...resolveAccess(loki, from) } }),
  };
}

function resolveAccess({ auth, tls }: SourceConfig, from: From): Pick<SourceConfig, 'auth' | 'tls'> {
  const maybe = (path: string | undefined): string | undefined => (path === undefined ? undefined : from(path));
  return {
    auth: auth && {
      ...auth,
      bearerFile: maybe(auth.bearerFile),
      basic: auth.basic && { ...auth.basic, passwordFile: from(auth.basic.passwordFile) },
      headerFiles: Object.fromEntries(Object.entries(auth.headerFiles).map(([name, path]) => [name, from(path)])),
    },
    tls: tls && { ...tls, caFile: maybe(tls.caFile), certFile: maybe(tls.certFile), keyFile: maybe(tls.keyFile) },
  };
}

function resolveProcess(settings: ProcessPlatformSettings, folder: string): ProcessPlatformSettings {
  const from = (path: string): string => resolve(folder, path);
  return {
    clusters: settings.clusters.map((cluster) => ({
      ...cluster,
      flinkHome: from(cluster.flinkHome),
      // A bare command is looked up on PATH.
      java: cluster.java.includes('/') && !isAbsolute(cluster.java) ? from(cluster.java) : cluster.java,
      checkpointDir: /^[a-z][a-z0-9+.-]*:/.test(cluster.checkpointDir)
        ? cluster.checkpointDir
        : from(cluster.checkpointDir),
      job: { ...cluster.job, jar: from(cluster.job.jar) },
    })),
  };
}
