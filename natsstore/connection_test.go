// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// accounts has a user who may do everything, and one who may not publish events.
const accounts = `authorization: {users: [
  {user: "all", password: "` + secret + `"},
  {user: "reader", password: "` + secret + `", permissions: {publish: {deny: ["s*", "events.>"]}}}
]}`

// TestErrors tell what is wrong in one word for the counter, and hold no secret.
func TestErrors(t *testing.T) {
	server := natstest.Start(t, 1, natstest.WithConfig(accounts)).Server(0)
	url := func(user string) string { return "nats://" + user + ":" + secret + "@" + server.Addr() }
	good := own(url("all"))
	deliver(t, sinkOf(t, good), event(t, "e", 0))

	nobody := good
	nobody.URL = "nats://all:" + secret + "@" + porttest.Reserve(t)
	wrong := good
	wrong.URL = "nats://all:wrong-" + secret + "@" + server.Addr()
	denied := good
	denied.URL, denied.Subjects, denied.WithoutStream, denied.WriteTimeout = url("reader"), "events", true, time.Second
	for _, test := range []struct {
		name, kind, text string
		config           int
	}{
		{"nobody listens", "connection", "no connection to a server", 0},
		{"wrong password", "connection", "Authorization Violation", 1},
		{"not allowed to publish", "timeout", "permissions violation", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sinkOf(t, []natsstore.Config{nobody, wrong, denied}[test.config])
			verdicts, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)})
			var d *eventstore.DeliveryError
			if !errors.As(err, &d) || d.Kind != test.kind || d.Blame != eventstore.BlameSink {
				t.Errorf("%#v, want the kind %s", err, test.kind)
			}
			if text := err.Error(); strings.Contains(text, secret) || !strings.Contains(strings.ToLower(text), strings.ToLower(test.text)) {
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

// TestErrorNamesTheServer: an error tells which server does not answer, and why.
func TestErrorNamesTheServer(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	s := sinkOf(t, own(server.URL()))
	consumer := consumerOf(t, own(server.URL()))
	deliver(t, s, event(t, "e", 0))
	never := own("nats://" + porttest.Reserve(t))
	server.Kill()
	for _, test := range []struct {
		name, addr string
		ask        func() error
	}{
		{"was there", server.Addr(), func() error { return s.Ping(within(t)) }},
		{"was never there", strings.TrimPrefix(never.URL, "nats://"), func() error { return sinkOf(t, never).Ping(within(t)) }},
		{"a reader", server.Addr(), func() error { return consumer.Ping(within(t)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			for end := time.Now().Add(patience); ; { // the client tells it in its own time
				err := test.ask()
				if err != nil && strings.Contains(err.Error(), "no connection to a server: dial tcp "+test.addr) {
					return
				}
				if time.Now().After(end) {
					t.Fatalf("%v, want the address %s", err, test.addr)
				}
			}
		})
	}
}

// TestReaderWithoutRights: the error of a reader names the right that its account lacks.
func TestReaderWithoutRights(t *testing.T) {
	for _, test := range []struct {
		name, lacks string
		ask         func(context.Context, *natsstore.Consumer) error
	}{
		{"to look up the group", "$JS.API.CONSUMER.INFO", read},
		{"to create the group", "$JS.API.CONSUMER.CREATE", read},
		{"to fetch", "$JS.API.CONSUMER.MSG.NEXT", read},
		{"to look at the stream", "$JS.API.STREAM.INFO", limits},
		{"to look at a message", "$JS.API.STREAM.MSG.GET", limits},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := natstest.Start(t, 1, natstest.WithConfig(`authorization: {users: [
				{user: "all", password: "`+secret+`"},
				{user: "reader", password: "`+secret+`", permissions: {publish: {deny: ["`+test.lacks+`.>"]}}}
			]}`)).Server(0)
			c := own("nats://all:" + secret + "@" + server.Addr())
			deliver(t, sinkOf(t, c), event(t, "e", 0))
			c.URL = "nats://reader:" + secret + "@" + server.Addr()
			reader := consumerOf(t, c)
			var err error
			for end := time.Now().Add(patience); time.Now().Before(end); {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				err = test.ask(ctx, reader)
				cancel()
				if err != nil && strings.Contains(err.Error(), test.lacks) {
					return
				}
			}
			t.Errorf("%v, want %s", err, test.lacks)
		})
	}
}

func read(ctx context.Context, c *natsstore.Consumer) error {
	_, err := c.Next(ctx)
	return err
}

func limits(ctx context.Context, c *natsstore.Consumer) error {
	if b, err := c.Next(ctx); err == nil {
		defer func() { _ = b.Release(0) }() // so that there is an oldest event
	}
	_, err := c.Retention(ctx)
	return err
}

// TestServerThatComesLater: the sink is made while nobody is there, and delivers as soon as somebody is.
func TestServerThatComesLater(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	server.Kill()
	s := sinkOf(t, own(server.URL()))
	if _, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)}); err == nil {
		t.Error("delivered to nobody")
	}
	if err := s.Ping(within(t)); err == nil {
		t.Error("nobody answers a ping")
	}
	server.Start()
	deliver(t, s, event(t, "e", 0))
	if err := s.Ping(within(t)); err != nil {
		t.Error(err)
	}
}
