// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"context"
	"log/slog"
	"net/http"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Option changes how [Handler] makes a page.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

// config is what the options say.
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

// Access says what a viewer sees and may do. The zero value sees everything and changes nothing.
type Access struct {
	Role           string   // a name for the log, such as support
	HideUsers      bool     // user_id, session_id, anonymous_id, group_id and key are masked, and ids at any depth of the data, such as previous_id; there are no timelines
	HideFields     []string // dotted paths in event_data that are masked, with what is in them; "*" masks all data
	ChangeSwitches bool     // the viewer may turn metrics on and off
}

// Timeline reads what MongoDB has of a user: *mongostore.Reader does. The documents are whole, the newest first. next is the cursor
// of the next page, empty on the last.
type Timeline interface {
	UserDocuments(ctx context.Context, userID, cursor string, limit int) (docs []bson.Raw, next string, err error)
}

// WithAuthorization sets the function that decides about each request, that for the stream included. The loopback and the token are
// not asked for then. f returns what the viewer may see, and false for one who may see nothing, which is answered with 403. A
// stream asks f again with its first request every 15 seconds, and ends when the answer changes. Several goroutines call f
// at once. A nil f lets nobody in.
func WithAuthorization(f func(*http.Request) (Access, bool)) Option {
	if f == nil {
		f = func(*http.Request) (Access, bool) { return Access{}, false }
	}
	return optionFunc(func(c *config) { c.authorize = f })
}

// WithAccess sets what browsers of this machine see and may do, where there is no [WithAuthorization].
func WithAccess(a Access) Option { return optionFunc(func(c *config) { c.local = a }) }

// WithMetrics sets where the page reads numbers: a metrics page, such as that of exporterprom.Exporter.Handler or
// telemetry.SDK.MetricsHandler. It is asked in Prometheus' text format: every five seconds, from the first viewer until ten minutes
// after the last one, and at most once a second for the metrics tab.
func WithMetrics(h http.Handler) Option { return optionFunc(func(c *config) { c.metrics = h }) }

// WithTimeline lets the page read what MongoDB has of a user, for the timeline: give store.Reader().
func WithTimeline(t Timeline) Option { return optionFunc(func(c *config) { c.timeline = t }) }

// WithKeyFile keeps the key of sessions in a file, which is made with mode 0600 when it is not there. Browsers that were let in then
// stay so when the service is restarted. A file that other users may read or write is not used, nor is one of another user.
// Without it, or where the file cannot be used, which is logged, each start has a key
// of its own.
func WithKeyFile(path string) Option { return optionFunc(func(c *config) { c.keyFile = path }) }

// WithLogger sets where changes of switches are logged, in place of slog.Default.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}
