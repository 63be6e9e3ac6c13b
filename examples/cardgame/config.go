// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// defaultFiles are where the configuration is looked for when -config names
// none: the first that is there is read.
var defaultFiles = []string{"otelanalytics.yaml", "cardgame/otelanalytics.yaml"}

// flags are what the command line says.
type flags struct {
	addr, metricsAddr string
	mongoURI, dataDir string
	redisAddr         string
	observe           time.Duration
	file              string
	players           int
	playFor, pause    time.Duration
	json              bool
	seed              uint64
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
	if c.dataDir != "" {
		cfg.Dir = c.dataDir
	}
	if c.observe != 0 {
		cfg.ObserversInterval, cfg.ObserversIntervals = c.observe, nil
	}
	return cfg, nil
}
