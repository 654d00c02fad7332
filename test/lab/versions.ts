/**
 * Every version that provisioning fetches or builds. Sums of the Go modules are locked in `provision/NAME/go.sum`,
 * versions of the Maven artefacts in `examples/topup/pom.xml`.
 */
export const versions = {
  /** By Flink line, which also names the Maven profile of the example job. */
  flink: {
    '2.3': {
      version: '2.3.0',
      archive: 'apache_flink_libraries-2.3.0-py2.py3-none-any.whl',
      sha256: '38ece876553286b3a285cf344c2d2038f8a7ca10da5df54d5107250386d64151',
    },
    '1.20': {
      version: '1.20.5',
      archive: 'apache_flink_libraries-1.20.5.tar.gz',
      sha256: 'e6aee62ea1a1fe7b32e28894ad079f3f1a50a372a4caac3df52405267f4228c8',
    },
  },
  /** The PyPI package that holds Flink's distribution without its shell scripts. */
  flinkPackage: 'apache-flink-libraries',
  prometheus: { version: '3.5.0', module: 'github.com/prometheus/prometheus', moduleVersion: 'v0.305.0' },
  loki: { version: '3.7.8', module: 'github.com/grafana/loki/v3', moduleVersion: 'v3.7.8' },
  /** Later ones no longer have it. */
  promtail: { version: '3.5.7', module: 'github.com/grafana/loki/v3', moduleVersion: 'v3.5.7' },
  /** Oldest toolchains that build the above. */
  toolchains: { go: [1, 26, 5], jdk: [17], maven: [3, 6], python: [3, 9] },
} as const;

/** A Flink line that the lab has. */
export type FlinkLine = keyof typeof versions.flink;
