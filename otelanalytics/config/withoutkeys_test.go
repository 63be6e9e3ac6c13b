// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A program that only reads what is stored takes the service's file without its keys.
func TestLoadWithoutKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	const text = "redact_key: ${NOT_SET}\nsuppress_key: \"${NOT_SET_EITHER}\"\nuniques_key: ${NOR_THIS}\nmongodb: {uri: \"mongodb://db\", database: shop}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "redact_key") {
		t.Errorf("Load: %v", err)
	}
	t.Setenv("OTELANALYTICS_REDACT_KEY", "short")
	c, err := LoadWithoutKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "shop" || c.URI != "mongodb://db" || c.RedactKey != "" || c.SuppressKey != "" || c.UniquesKey != "" {
		t.Errorf("%+v", c)
	}
	// Everything else is checked as ever.
	t.Setenv("OTELANALYTICS_STRICT", "maybe")
	if _, err := LoadWithoutKeys(path); err == nil || !strings.Contains(err.Error(), "OTELANALYTICS_STRICT") {
		t.Errorf("with another mistake: %v", err)
	}
}
