// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"crypto/tls"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestErrors tell what is wrong in one word for the counter, and hold no secret.
func TestErrors(t *testing.T) {
	cluster := fake(t, kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", "all", secret), kfake.Superuser("PLAIN", "all", secret))
	brokers := brokersOf(cluster)
	url := func(password, at, mechanism string) string {
		return "kafka://all:" + password + "@" + at + "?sasl=" + mechanism
	}
	good := own(brokers)
	good.URL, good.WriteTimeout = url(secret, brokers, "scram-sha-512"), 30*time.Second
	deliver(t, sinkOf(t, good), event(t, "e", "", 0))
	plain := good
	plain.URL = url(secret, brokers, "plain")
	deliver(t, sinkOf(t, plain), event(t, "e", "", 0))

	refusing := fake(t, kfake.EnableSASL())
	refusing.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.SASLAuthenticate}, Err: kerr.SaslAuthenticationFailed, Count: -1})
	nobody, wrong, gone := good, good, good
	nobody.URL = url(secret, porttest.Reserve(t), "plain")
	wrong.URL = url("wrong-"+secret, brokersOf(refusing), "scram-sha-256")
	gone.Topic, gone.WithoutTopic = "t-gone", true
	few := sinkOf(t, good)
	deliver(t, few, event(t, "e", "", 0))
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: good.Topic, Err: kerr.NotEnoughReplicas, Count: -1})
	for _, test := range []struct {
		name, kind, text string
		sink             *kafkastore.Sink
	}{
		{"nobody listens", "connection", "no connection to a broker", sinkOf(t, nobody)},
		{"wrong password", "unauthorized", "SASL_AUTHENTICATION_FAILED", sinkOf(t, wrong)},
		{"no such topic", "topic", "topic t-gone: UNKNOWN_TOPIC_OR_PARTITION", sinkOf(t, gone)},
		{"not enough replicas", "topic", "NOT_ENOUGH_REPLICAS", few},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts, err := test.sink.Deliver(within(t), []eventstore.Event{event(t, "e", "", 0)})
			var d *eventstore.DeliveryError
			if !errors.As(err, &d) || d.Kind != test.kind || d.Blame != eventstore.BlameSink {
				t.Errorf("%#v %v, want the kind %s", d, err, test.kind)
			}
			if err == nil {
				return
			}
			if text := err.Error(); strings.Contains(text, secret) || !strings.Contains(text, test.text) || !strings.HasPrefix(text, "kafkastore: ") {
				t.Errorf("%s, want %s", text, test.text)
			}
			for _, v := range verdicts {
				if v.Outcome != eventstore.Retry {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// TestTLS connects to brokers whose certificate an authority of the configuration has signed, and to no others.
func TestTLS(t *testing.T) {
	authority := httptest.NewTLSServer(nil)
	defer authority.Close()
	certificate := authority.TLS.Certificates[0]
	brokers := brokersOf(fake(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})))
	c := own(brokers)
	c.TLS = trusting(t, authority.Client().Transport)
	deliver(t, sinkOf(t, c), event(t, "e", "", 0))
	c.TLS, c.URL, c.WriteTimeout = nil, strings.Replace(c.URL, "kafka://", "kafka+tls://", 1), 2*time.Second
	if _, err := sinkOf(t, c).Deliver(within(t), []eventstore.Event{event(t, "e", "", 0)}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v", err)
	}
}

// TestClusterThatComesLater: the sink is made while nobody is there, and delivers as soon as somebody is.
func TestClusterThatComesLater(t *testing.T) {
	between := newGate()
	c := own(brokersOf(fake(t, kfake.ListenFn(between.listen))))
	c.WriteTimeout = 2 * time.Second
	up := between.down()
	s := sinkOf(t, c)
	if _, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", "", 0)}); err == nil {
		t.Error("delivered to nobody")
	}
	if err := s.Ping(within(t)); err == nil {
		t.Error("nobody answers a ping")
	}
	up()
	deliver(t, s, event(t, "e", "", 0))
	if err := s.Ping(within(t)); err != nil {
		t.Error(err)
	}
}
