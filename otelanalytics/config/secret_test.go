// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

const (
	secretURI = "mongodb://shop:hunter2hunter2@db.internal:27017"
	secretKey = "0123456789abcdef-key"
)

func secretConfig() config.Config {
	c := config.Default()
	c.URI, c.RedactKey, c.SuppressKey, c.UniquesKey = secretURI, secretKey, secretKey, secretKey
	return c
}

// shows fails when the text holds a secret in any of the forms that fmt knows.
func shows(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{secretURI, secretKey, "hunter2"} {
		for _, form := range []string{"%s", "%x", "%X", "% x", "%d", "%o", "%b", "%c", "%U"} {
			if written := strings.Trim(fmt.Sprintf(form, []byte(secret)), "[]"); strings.Contains(text, written) {
				t.Errorf("%s written as %s is in %.200s", secret, form, text)
				return
			}
		}
	}
}

func TestSecretIsMaskedByEveryVerb(t *testing.T) {
	c := secretConfig()
	values := map[string]any{
		"secret": c.URI, "pointer to secret": &c.URI, "config": c, "pointer to config": &c,
		"list": []config.Secret{c.RedactKey}, "map": map[string]config.Secret{"key": c.RedactKey},
		"map key": map[config.Secret]int{c.RedactKey: 1}, "config in a struct": struct{ Analytics config.Config }{c},
		"option": otelanalytics.WithConfig(c),
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "300", ".200", "+#"} {
				for verb := rune('A'); verb <= 'z'; verb++ {
					if verb == 'p' || verb == 'w' || verb > 'Z' && verb < 'a' {
						continue // fmt asks no methods where go vet refuses %p and %w
					}
					shows(t, fmt.Sprintf("%"+flags+string(verb), value))
				}
			}
			shows(t, fmt.Sprint(value))
			shows(t, fmt.Sprintf(strings.Clone("a verb too few"), value))
			shows(t, fmt.Errorf("starting with %v failed", value).Error())
		})
	}
}

func TestSecretIsMaskedByEncoders(t *testing.T) {
	c := secretConfig()
	var text, object bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&object, nil)} {
		slog.New(h).With("with", c).Info("starting", "config", c, "uri", c.URI, "pointer", &c, slog.Group("in", "key", c.RedactKey))
	}
	inJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	inYAML, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for name, written := range map[string]string{"slog text": text.String(), "slog JSON": object.String(), "JSON": string(inJSON), "YAML": string(inYAML)} {
		t.Run(name, func(t *testing.T) {
			shows(t, written)
			if strings.Count(written, "***") < 2 {
				t.Errorf("no mask in %s", written)
			}
		})
	}
}

func TestSecretForms(t *testing.T) {
	const s, none = config.Secret(secretKey), config.Secret("")
	for _, c := range []struct{ name, got, want string }{
		{"String", s.String(), "***"},
		{"String of none", none.String(), ""},
		{"GoString", s.GoString(), `"***"`},
		{"%v", fmt.Sprintf("%v", s), "***"},
		{"%q", fmt.Sprintf("%q", s), `"***"`},
		{"%x", fmt.Sprintf("%x", s), "***"},
		{"%d", fmt.Sprintf("%d", s), "***"},
		{"%v of none", fmt.Sprintf("%v", none), ""},
		{"%#v of none", fmt.Sprintf("%#v", none), `""`},
		{"conversion", string(s), secretKey},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}
