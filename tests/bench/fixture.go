// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
)

// nowhere is where no MongoDB listens.
const nowhere = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500"

// payload is what is tracked: five fields, two of which become attributes.
func payload() map[string]any {
	return map[string]any{"auth_method": "email", "account_type": "premium", "n": 3, "ratio": 0.5, "first": true}
}

// loggedIn is the event that is tracked.
func loggedIn() otelanalytics.Event {
	return otelanalytics.Event{Type: "user_logged_in", UserID: "u-17", SessionID: "s-1", Data: payload()}
}

// document is the document of the event, for the driver.
func document() bson.D {
	now := bson.NewDateTimeFromTime(time.Now())
	return bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: 4, Data: make([]byte, 16)}},
		{Key: "user_id", Value: "u-17"},
		{Key: "event_type", Value: "user_logged_in"},
		{Key: "session_id", Value: "s-1"},
		{Key: "event_data", Value: payload()},
		{Key: "timestamp", Value: now},
		{Key: "received_at", Value: now},
		{Key: "service", Value: bson.D{{Key: "name", Value: "bench"}}},
		{Key: "map_version", Value: "0123456789abcdef"},
	}
}

func (b *run1) loginMap() *eventmap.Map { return b.eventMap(string(login.Map)) }

func (b *run1) eventMap(text string) *eventmap.Map {
	m, err := eventmap.Parse([]byte(text))
	b.must(err)
	return m
}

func provider() *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

// store opens a store that is shut down when the run ends.
func (b *run1) store(c mongostore.Config) *mongostore.Store {
	c.Logger = slog.New(slog.DiscardHandler)
	if c.Dir == "" {
		c.Dir = b.TempDir()
	}
	if c.JournalBytes == 0 {
		c.JournalBytes = 64 << 30
	}
	s, err := mongostore.Open(context.Background(), c)
	b.must(err)
	b.Cleanup(func() { b.abandon(s) })
	return s
}

// abandon shuts a store down without waiting for what is pending.
func (b *run1) abandon(s *mongostore.Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_ = s.Shutdown(ctx)
}

// client returns a client for the map of logins.
func (b *run1) client(s *mongostore.Store) *otelanalytics.Client { return b.clientOf(b.loginMap(), s) }

func (b *run1) clientOf(m *eventmap.Map, s *mongostore.Store) *otelanalytics.Client {
	c, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(provider()),
		otelanalytics.WithStore(s), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
	b.must(err)
	return c
}

// floor is OpenTelemetry's own addition with two attributes, prepared as far as that goes.
func (b *run1) floor() func() {
	counter, err := provider().Meter("floor").Int64Counter("user_logins")
	b.must(err)
	options := []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String("auth_method", "email"), attribute.String("account_type", "premium")))}
	ctx := context.Background()
	return func() { counter.Add(ctx, 1, options...) }
}
