// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

const secret = "s3cret-of-the-url"

func TestConfigSaysEveryMistake(t *testing.T) {
	const url = "nats://u:" + secret + "@127.0.0.1:4222"
	for _, test := range []struct {
		name   string
		config natsstore.Config
		want   []string // none: no error
	}{
		{"defaults", natsstore.Config{URL: url}, nil},
		{"several servers, with a line break of a file", natsstore.Config{URL: "tls://a:4222, tls://b\n"}, nil},
		{"no URL", natsstore.Config{}, []string{"Config.URL is empty"}},
		{"another scheme", natsstore.Config{URL: "http://u:" + secret + "@h"}, []string{"not a list of servers"}},
		{"a port that is none", natsstore.Config{URL: "nats://u:" + secret + "@h:port"}, []string{"not a list of servers"}},
		{"a list with a gap", natsstore.Config{URL: url + ",,"}, []string{"not a list of servers"}},
		{"everything", natsstore.Config{
			URL: url, Credentials: "missing.creds", Stream: "a.b", Subjects: "a.*", Replicas: 6, MaxAge: time.Second, WriteTimeout: 1, InFlight: -1, MaxEventBytes: 1 << 25,
		}, []string{"missing.creds", `Config.Stream is "a.b"`, `Config.Subjects is "a.*"`, "Config.Replicas is 6", "Config.MaxAge is 1s", "Config.WriteTimeout is 1ns", "Config.InFlight is -1", "Config.MaxEventBytes is 33554432"}},
		{"the server's subjects", natsstore.Config{URL: url, Subjects: "$JS.events"}, []string{"Config.Subjects"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := natsstore.NewSink(test.config)
			if len(test.want) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				_ = s.Close(t.Context())
				return
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %s", err, want)
				}
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("it has the secret: %v", err)
			}
		})
	}
	if _, err := natsstore.NewConsumer(natsstore.Config{URL: url}, "a group"); err == nil || !strings.Contains(err.Error(), "the group is") {
		t.Errorf("a group with a space: %v", err)
	}
}
