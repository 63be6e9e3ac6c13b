// SPDX-License-Identifier: Apache-2.0

package config

import (
	"reflect"
	"strings"
	"testing"
)

func TestCollector(t *testing.T) {
	standard := Collector{Listen: "127.0.0.1:8080", AdminListen: "127.0.0.1:8081", MaxConnections: 1024}
	want := Collector{Listen: ":443", AdminListen: "[::1]:9", TLSCertFile: "a.pem", TLSKeyFile: "b.pem", MaxConnections: 7}
	for i, f := range reflect.VisibleFields(reflect.TypeFor[Collector]()) {
		if reflect.DeepEqual(reflect.ValueOf(want).Field(i).Interface(), reflect.ValueOf(standard).Field(i).Interface()) {
			t.Errorf("this test does not tell %s from its default", f.Name)
		}
	}
	text := "ack: stored\nlisten: :443\nadmin_listen: '[::1]:9'\ntls: {cert_file: a.pem, key_file: b.pem}\nmax_connections: 7\n" + everythingOfIngest
	variables := []string{
		"OTELANALYTICS_LISTEN=:443", "OTELANALYTICS_ADMIN_LISTEN=[::1]:9", "OTELANALYTICS_TLS_CERT_FILE=a.pem",
		"OTELANALYTICS_TLS_KEY_FILE=b.pem", "OTELANALYTICS_MAX_CONNECTIONS=7",
	}
	for _, tt := range []struct {
		name, text  string
		environment []string
		want        Collector
	}{
		{"nothing", "", nil, standard},
		{"the file", text, nil, want},
		{"the environment", "listen: :80", variables, want},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := loadCollector(write(t, tt.text), tt.environment)
			if err != nil {
				t.Fatal(err)
			}
			if c.Collector != tt.want {
				t.Errorf("got  %+v\nwant %+v", c.Collector, tt.want)
			}
		})
	}
	path := write(t, text)
	if _, err := load(path, nil); err == nil || !strings.Contains(err.Error(), "listen: is not a known key") {
		t.Errorf("a service takes the collector's file: %v", err)
	}
	c, err := LoadWithoutKeys(path)
	if err != nil || c.Collector != (Collector{}) || !reflect.DeepEqual(c.Ingest, Ingest{}) {
		t.Errorf("a program that reads what is stored: %+v, %v", c, err)
	}
}

func TestCollectorMistakes(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no port", "listen: localhost", `PATH:1:9: listen: "localhost" is no address to listen at; write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses of the machine`},
		{"a port that is none", "admin_listen: :http", `PATH:1:15: admin_listen: ":http" is no address to listen at; write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses of the machine`},
		{"no connections", "max_connections: 0", `PATH:1:18: max_connections: "0" is not a whole number from 1 to 1000000; write one with decimal digits alone`},
		{"a certificate alone", "tls: {cert_file: a}", "tls.cert_file is set and tls.key_file is not; set both, or neither for a server without TLS"},
		{"a key alone", "tls: {key_file: a}", "tls.key_file is set and tls.cert_file is not; set both, or neither for a server without TLS"},
		{"in a wrong group", "tls: {listen: \":80\"}", "PATH:1:7: tls.listen: is not a known key; write it at the top, without indentation; known here: cert_file, key_file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.text)
			_, err := loadCollector(path, nil)
			if err == nil || strings.ReplaceAll(err.Error(), path, "PATH") != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}
