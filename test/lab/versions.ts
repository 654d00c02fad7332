/**
 * Every version that provisioning fetches or builds. Sums of the Go modules are locked in `provision/prometheus/go.sum`,
 * versions of the Maven artefacts in `examples/topup/pom.xml`.
 */
export const versions = {
  flink: {
    version: '2.3.0',
    /** The Flink line: names the Maven profile of the example job. */
    line: '2.3',
    /** The PyPI package that holds the distribution without its shell scripts. */
    package: 'apache-flink-libraries',
    wheel: 'apache_flink_libraries-2.3.0-py2.py3-none-any.whl',
    sha256: '38ece876553286b3a285cf344c2d2038f8a7ca10da5df54d5107250386d64151',
  },
  prometheus: { version: '3.5.0', module: 'github.com/prometheus/prometheus', moduleVersion: 'v0.305.0' },
  /** Oldest toolchains that build the above. */
  toolchains: { go: [1, 26], jdk: [17], maven: [3, 6], python: [3, 9] },
} as const;
