// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"context"
	"log/slog"
	"net/http"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Option changes the page that [Handler] returns.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

// config holds the settings from the options.
type config struct {
	authorize func(*http.Request) (Access, bool) // nil: browsers of this machine
	local     Access
	metrics   http.Handler // nil: no numbers of metrics
	timeline  Timeline     // nil: no timelines
	keyFile   string
	logger    *slog.Logger
}

func newConfig(options []Option) config {
	c := config{logger: slog.Default()}
	for _, o := range options {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// Access sets what a viewer sees and may do. The zero value sees everything and changes nothing.
type Access struct {
	Role           string   // a name for the log, such as support
	HideUsers      bool     // masks user_id, session_id, anonymous_id, group_id, key, and ids at any depth of the data, such as previous_id; there are no timelines
	HideFields     []string // dotted paths in event_data to mask, with everything below them; "*" masks all data
	ChangeSwitches bool     // the viewer may turn metrics on and off
}

// Timeline reads the stored events of a user. A *mongostore.Reader implements it. The documents are whole, the newest
// first. next is the cursor of the next page. It is empty on the last page.
type Timeline interface {
	UserDocuments(ctx context.Context, userID, cursor string, limit int) (docs []bson.Raw, next string, err error)
}

// WithAuthorization sets the function that decides about each request, including the request for the stream. The page
// then asks for neither the loopback nor the token.
//
// f returns the access of the viewer. If it returns false, the request is answered with status 403. A stream calls f
// again every 15 seconds with its first request, and ends when the answer changes. Several goroutines call f at once. A
// nil f admits nobody.
func WithAuthorization(f func(*http.Request) (Access, bool)) Option {
	if f == nil {
		f = func(*http.Request) (Access, bool) { return Access{}, false }
	}
	return optionFunc(func(c *config) { c.authorize = f })
}

// WithAccess sets the access of browsers of this machine. It has no effect with [WithAuthorization].
func WithAccess(a Access) Option { return optionFunc(func(c *config) { c.local = a }) }

// WithMetrics sets the metrics page that the live page reads numbers from, such as exporterprom.Exporter.Handler or
// telemetry.SDK.MetricsHandler. The live page requests Prometheus' text format. It reads every five seconds, from the
// first viewer until ten minutes after the last one. For the metrics tab it reads at most once a second.
func WithMetrics(h http.Handler) Option { return optionFunc(func(c *config) { c.metrics = h }) }

// WithTimeline sets the reader of a user's stored events, for the timeline: pass store.Reader(). Without it, there are
// no timelines.
func WithTimeline(t Timeline) Option { return optionFunc(func(c *config) { c.timeline = t }) }

// WithKeyFile sets a file that keeps the key of sessions. Then a restart of the service does not end the sessions of
// browsers.
//
// If the file does not exist, it is created with mode 0600. A file that other users may read or write is not used, and
// neither is a file of another user. If the file cannot be used, that is logged. Without a usable file, each start has
// a new key.
func WithKeyFile(path string) Option { return optionFunc(func(c *config) { c.keyFile = path }) }

// WithLogger sets the logger, which also logs changes of switches. The default is slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}
