// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"flag"
	"time"

	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// SetClock gives a client another clock, before anything is tracked.
func SetClock(c *Client, now func() time.Time) { c.now = now }

// KeyID returns the id of an event with a Key.
func KeyID(scope eventmap.KeyScope, service, user, eventType, key string) [16]byte {
	ids := newKeyIDs(scope, resource.NewSchemaless(semconv.ServiceName(service)))
	id, _ := ids.id(nil, &eventdoc.New{UserID: user, Type: eventType, Key: key}, "")
	return id
}

// Update is the flag -update, for the tests of both packages.
var Update = flag.Bool("update", false, "write the golden files anew")

// ModuleCount returns how many modules the client keeps.
func (c *Client) ModuleCount() (n int) {
	c.modules.Range(func(any, any) bool { n++; return true })
	return n
}
