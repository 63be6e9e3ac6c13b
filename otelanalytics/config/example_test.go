// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// exampleFile stands for a file that is there already.
func exampleFile(text string) (path string, remove func()) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	path = filepath.Join(dir, "otelanalytics.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path, func() { os.RemoveAll(dir) }
}

func ExampleLoad() {
	path, remove := exampleFile(`
mongodb:
  uri: mongodb://shop:correct-horse@127.0.0.1:27017
  ttl: 8760h
ack: synced
log_level: info,journal=debug
`)
	defer remove()

	cfg, err := config.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.URI, cfg.TTL, cfg.Ack, cfg.LogLevels)
	fmt.Println(cfg.Database, cfg.Dir) // defaults

	// mongostore.FromConfig(cfg) is for mongostore.Open, and otelanalytics.WithConfig(cfg) for otelanalytics.New.

	// Output:
	// *** 8760h0m0s synced info,journal=debug
	// analytics otelanalytics-data
}

func ExampleLoad_mistakes() {
	path, remove := exampleFile(`
mongodb:
  databse: shop
journal: {full: wait}
`)
	defer remove()

	_, err := config.Load(path)
	fmt.Println(strings.ReplaceAll(err.Error(), filepath.Dir(path)+string(filepath.Separator), ""))

	// Output:
	// otelanalytics.yaml:3:3: mongodb.databse: is not a known key; did you mean database? known: uri, database, collection, ttl, ttl_shorten, indexes, batch_size, write_timeout
	// otelanalytics.yaml:4:17: journal.full: "wait" is not known; known: reject, block
}
