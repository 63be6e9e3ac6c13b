// SPDX-License-Identifier: Apache-2.0

package config

import "fmt"

// maxConnections is the most connections that a collector can be told to keep open.
const maxConnections = 1_000_000

// collectorSettings returns the rows that only otelanalytics collect has.
func collectorSettings() []setting {
	return []setting{
		{
			"listen", "OTELANALYTICS_LISTEN", "", "127.0.0.1:8080",
			"the address for events; `:8080` listens on all addresses of the machine",
			addressValue(func(c *Config) *string { return &c.Collector.Listen }),
		},
		{
			"admin_listen", "OTELANALYTICS_ADMIN_LISTEN", "", "127.0.0.1:8081",
			"the address for operators: `/metrics`, `/healthz`, `/readyz` and the live page; do not expose it to the internet",
			addressValue(func(c *Config) *string { return &c.Collector.AdminListen }),
		},
		{
			"tls.cert_file", "OTELANALYTICS_TLS_CERT_FILE", "", "",
			"the TLS certificate of `listen` and its chain, in PEM; reloaded when the file changes; unset: no TLS",
			textValue(func(c *Config) *string { return &c.Collector.TLSCertFile }),
		},
		{
			"tls.key_file", "OTELANALYTICS_TLS_KEY_FILE", "", "",
			"the private key of that certificate, in PEM",
			textValue(func(c *Config) *string { return &c.Collector.TLSKeyFile }),
		},
		{
			"max_connections", "OTELANALYTICS_MAX_CONNECTIONS", "", "1024",
			fmt.Sprintf("the most connections to `listen` that are open at once, from 1 to %d; further connections wait", maxConnections),
			integerValue(1, maxConnections, func(c *Config) *int { return &c.Collector.MaxConnections }),
		},
	}
}
