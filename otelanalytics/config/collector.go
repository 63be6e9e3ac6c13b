// SPDX-License-Identifier: Apache-2.0

package config

import (
	_ "embed"
	"errors"
	"os"
	"slices"
)

// Collector holds the settings of the program otelanalytics collect that the SDK does not have. [LoadCollector] reads
// them.
type Collector struct {
	// Listen is the address for events. The default is 127.0.0.1:8080.
	Listen string
	// AdminListen is the address for operators, with metrics, health and the live page. The default is 127.0.0.1:8081.
	AdminListen string
	// TLSCertFile and TLSKeyFile are the paths of the certificate and its key, in PEM. The default is empty: no TLS.
	TLSCertFile, TLSKeyFile string
	// MaxConnections bounds the open connections for events. The default is 1,024.
	MaxConnections int
}

// LoadCollector reads the configuration of otelanalytics collect as [Load] does. The file and the environment may also
// have the settings of [Collector].
func LoadCollector(path string) (Config, error) { return loadCollector(path, os.Environ()) }

func loadCollector(path string, environment []string) (Config, error) {
	c, err := loadTable(path, environment, slices.Concat(settings(), collectorSettings()))
	if err != nil {
		return c, err
	}
	switch cert, key := c.Collector.TLSCertFile, c.Collector.TLSKeyFile; {
	case cert != "" && key == "":
		return Config{}, errors.New("tls.cert_file is set and tls.key_file is not; set both, or neither for a server without TLS")
	case cert == "" && key != "":
		return Config{}, errors.New("tls.key_file is set and tls.cert_file is not; set both, or neither for a server without TLS")
	}
	return c, nil
}

//go:embed collector.schema.json
var collectorSchema string

// CollectorSchema returns the JSON Schema of the configuration file of otelanalytics collect: see [Schema]. It is also
// published:
//
//	https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/collector.schema.json
func CollectorSchema() []byte { return []byte(collectorSchema) }
