// SPDX-License-Identifier: Apache-2.0

package servers

// CollectorOption changes how a Collector is started.
type CollectorOption interface{ apply(*collectorConfig) }

type collectorOption func(*collectorConfig)

func (o collectorOption) apply(c *collectorConfig) { o(c) }

type collectorConfig struct {
	overlays []string // YAML, merged over base in this order
	env      []string
}

func newCollectorConfig(options []CollectorOption) collectorConfig {
	var c collectorConfig
	for _, o := range options {
		o.apply(&c)
	}
	return c
}

// forwarding sends metrics on. The batch processor is what a collector in front of a store has; it waits little here.
const forwarding = `
processors:
  batch/forwarding: {timeout: 50ms}
exporters:
  otlp_http/prometheus: {endpoint: "${env:FORWARD_TO}", compression: gzip}
service:
  pipelines:
    metrics/forwarding:
      receivers: [otlp]
      processors: [batch/forwarding]
      exporters: [otlp_http/prometheus]
`

// WithForwarding has the collector send all metrics on to a Prometheus that was started WithOTLPReceiver.
func WithForwarding(to *Prometheus) CollectorOption {
	return collectorOption(func(c *collectorConfig) {
		c.overlays = append(c.overlays, forwarding)
		c.env = append(c.env, "FORWARD_TO="+to.OTLP())
	})
}

// WithCollectorConfig merges a configuration in YAML over the one that the collector has anyway, as a further --config
// does: maps are joined, lists and values replaced. For instance, TLS for the receiver:
//
//	receivers: {otlp: {protocols: {grpc: {tls: {cert_file: /…/server.crt, key_file: /…/server.key}}}}}
//
// The collector has these components: otlp receiver, batch processor, exporters debug, file, otlp (gRPC) and otlp_http.
// In the text, ${env:OTLP_GRPC} and ${env:OTLP_HTTP} are the addresses to receive at, and ${env:RECEIVED} is the folder
// of the files. It may be given more than once. The log must stay at the level info, which tells that it is ready.
func WithCollectorConfig(text string) CollectorOption {
	return collectorOption(func(c *collectorConfig) { c.overlays = append(c.overlays, text) })
}
