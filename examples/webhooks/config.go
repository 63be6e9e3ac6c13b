// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// defaultFiles are where the configuration is looked for when -config names
// none: the first that is there is read.
var defaultFiles = []string{"otelanalytics.yaml", "webhooks/otelanalytics.yaml"}

// flags are what the command line says.
type flags struct {
	addr, metricsAddr  string
	mongoURI, database string
	dataDir            string
	file               string
	secretFile         string
	replay             string
	linger             bool
}

// load returns the SDK's configuration: the flags over the environment over
// the file.
func (c flags) load() (config.Config, error) {
	file := c.file
	for _, name := range defaultFiles {
		if _, err := os.Stat(name); file == "" && !errors.Is(err, fs.ErrNotExist) {
			file = name
		}
	}
	cfg, err := config.Load(file)
	if err != nil {
		return cfg, err
	}
	if c.mongoURI != "" {
		cfg.URI = config.Secret(c.mongoURI)
	}
	if c.database != "" {
		cfg.Database = c.database
	}
	if c.dataDir != "" {
		cfg.Dir = c.dataDir
	}
	return cfg, nil
}
