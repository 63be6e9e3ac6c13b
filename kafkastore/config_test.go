// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

const secret = "s3cret-of-the-url"

func TestConfigSaysEveryMistake(t *testing.T) {
	const url = "kafka://u:" + secret + "@127.0.0.1:9092/events?sasl=plain"
	for _, test := range []struct {
		name   string
		config kafkastore.Config
		want   []string // none: no error
	}{
		{"defaults", kafkastore.Config{URL: url}, nil},
		{"several brokers, with a line break of a file", kafkastore.Config{URL: "kafka+tls://a:9092, b,[::1]:9092/events\n"}, nil},
		{"bytes that are escaped", kafkastore.Config{URL: "kafka://u%40x:p%2Fq@a/events?sasl=scram-sha-256"}, nil},
		{"no URL", kafkastore.Config{}, []string{"Config.URL is empty"}},
		{"another scheme", kafkastore.Config{URL: "http://u:" + secret + "@h"}, []string{"names no brokers"}},
		{"a port that is none", kafkastore.Config{URL: "kafka://u:" + secret + "@h:port?sasl=plain"}, []string{"names no brokers"}},
		{"a list with a gap", kafkastore.Config{URL: "kafka://a,,b"}, []string{"names no brokers"}},
		{"a user without a password", kafkastore.Config{URL: "kafka://" + secret + "@h?sasl=plain"}, []string{"names no brokers"}},
		{"a user without a mechanism", kafkastore.Config{URL: "kafka://u:" + secret + "@h"}, []string{"a user and no mechanism"}},
		{"a mechanism without a user", kafkastore.Config{URL: "kafka://h?sasl=plain"}, []string{"a user and no mechanism"}},
		{"a mechanism that is none", kafkastore.Config{URL: "kafka://u:" + secret + "@h?sasl=" + secret}, []string{"scram-sha-512"}},
		{"an option that is none", kafkastore.Config{URL: "kafka://h?password=" + secret}, []string{"an option that is not known"}},
		{"a slash in a password", kafkastore.Config{URL: "kafka://u:9/" + secret + "@127.0.0.1:9092/events?sasl=plain", Topic: "others"}, []string{"has an @ behind the brokers", "%2F"}},
		{"a question mark in a password", kafkastore.Config{URL: "kafka://u:9?" + secret + "@127.0.0.1:9092/events?sasl=plain"}, []string{"has an @ behind the brokers", "%3F"}},
		{"two topics", kafkastore.Config{URL: url, Topic: "others"}, []string{`Config.Topic is "others"`, `"events"`}},
		{"everything", kafkastore.Config{
			URL: url, Topic: "a b", Partitions: -1, Replicas: 16, MinInSync: 3, MaxAge: time.Second, UserKey: []byte(secret[:8]), WriteTimeout: 1, MaxEventBytes: 1 << 25,
		}, []string{`Config.Topic is "a b"`, "Config.Partitions is -1", "Config.Replicas is 16", "Config.MaxAge is 1s", "Config.UserKey has 8 bytes", "Config.WriteTimeout is 1ns", "Config.MaxEventBytes is 33554432"}},
		{"more in sync than there are", kafkastore.Config{URL: url, Replicas: 2, MinInSync: 3}, []string{"Config.MinInSync is 3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := kafkastore.NewSink(test.config)
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
			if strings.Contains(err.Error(), secret[:8]) {
				t.Errorf("it has the secret: %v", err)
			}
		})
	}
}

// TestGroup is given or named by the URL, and not both in two ways.
func TestGroup(t *testing.T) {
	for _, test := range []struct{ url, group, source, want string }{
		{"kafka://h/events", "g", "kafka events as g", ""},
		{"kafka://h/events?group=g", "", "kafka events as g", ""},
		{"kafka://h?group=g", "g", "kafka otelanalytics-events as g", ""},
		{"kafka://h/events", "", "", "the group has no name"},
		{"kafka://h/events?group=g", "other", "", `the group is "other"`},
	} {
		c, err := kafkastore.NewConsumer(kafkastore.Config{URL: test.url}, test.group)
		if err != nil {
			if test.want == "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v, want %s", test.url, err, test.want)
			}
			continue
		}
		if got := c.Source(); got != test.source {
			t.Errorf("%s: %s, want %s", test.url, got, test.source)
		}
		_ = c.Close(t.Context())
	}
}
