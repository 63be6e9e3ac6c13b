// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// defaultFile is read when it is there, and -config names no other.
const defaultFile = "otelanalytics.yaml"

// config is what the flags say.
type config struct {
	addr, metricsAddr string
	mongoURI, dataDir string
	redisAddr         string
	observe           time.Duration
	file              string
	players           int
	playFor           time.Duration
	seed              uint64
}

// load returns the SDK's configuration: the flags over the environment over
// the file.
func (c config) load() (otelanalytics.Config, error) {
	file := c.file
	if file == "" {
		if _, err := os.Stat(defaultFile); !errors.Is(err, fs.ErrNotExist) {
			file = defaultFile
		}
	}
	cfg, err := otelanalytics.LoadConfig(file)
	if err != nil {
		return cfg, err
	}
	if c.mongoURI != "" {
		cfg.MongoDBURI = otelanalytics.Secret(c.mongoURI)
	}
	if c.dataDir != "" {
		cfg.DataDir = c.dataDir
	}
	return cfg, nil
}
