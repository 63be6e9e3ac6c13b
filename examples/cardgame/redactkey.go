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

// redactKey returns the key that IP addresses are hashed with, for a service
// that was configured with none: one of its own, which it keeps, so that an
// address has the same hash after a restart.
func redactKey(dataDir string) (config.Secret, error) {
	file := filepath.Join(dataDir, "redact.key")
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
