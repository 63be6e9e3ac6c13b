// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// pageKeyFile has the key of the browsers that see the live page.
const pageKeyFile = "livepage.key"

// redactKeyFile has the key that IP addresses are hashed with.
const redactKeyFile = "redact.key"

// ownKey returns a key for a service that was configured with none: one of its
// own, which it keeps, so that the same value has the same hash after a
// restart. Several instances that share numbers need one that is configured.
func ownKey(dataDir, name string) (config.Secret, error) {
	file := filepath.Join(dataDir, name)
	key, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return config.Secret(key), err
	}
	made := rand.Text() + rand.Text()
	if err := os.MkdirAll(dataDir, 0o755); err != nil {
		return "", err
	}
	return config.Secret(made), os.WriteFile(file, []byte(made), 0o600)
}
