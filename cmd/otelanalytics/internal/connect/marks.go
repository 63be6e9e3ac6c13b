// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// MarkUniques has services count the distinct users of what a command delivers through store. It writes to errs when the account may
// not write the mark.
func MarkUniques(c config.Config, store *mongostore.Config, errs io.Writer) {
	store.Around = func(sink *mongostore.Sink) (eventstore.Sink, error) {
		return uniques.MarkAround(sink, Marks(c, sink.Reader()), func(err error) { Unmarked(errs, err) }), nil
	}
}

// Unmarked says that the account may not write a mark.
func Unmarked(errs io.Writer, err error) {
	fmt.Fprintf(errs, "warning: distinct users of the events stored now may be missing in sketches, until \"otelanalytics uniques rebuild\": %v\n", err)
}

// Marks returns where a mark is put: beside the sketches, and nowhere when no service counts.
func Marks(c config.Config, reader *mongostore.Reader) recordstore.Store {
	return &marks{Store: reader.Records(), known: HasUniquesKey(c), counted: HasUniquesKey(c)}
}

// marks keeps marks where somebody looks at them: nobody would delete them elsewhere.
type marks struct {
	recordstore.Store

	mu             sync.Mutex // guards the following
	known, counted bool       // whether it is known that services count, and whether they do
}

// countedWithin is how young records are where services count: sketches are saved once a minute, and leases renewed.
const countedWithin = 7 * 24 * time.Hour

// Put puts a mark if a service counts.
func (m *marks) Put(ctx context.Context, r recordstore.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.known {
		headers, err := m.List(ctx, "", time.Now().Add(-countedWithin), time.Time{})
		if err != nil {
			return err
		}
		m.known, m.counted = true, len(headers) > 0
	}
	if !m.counted {
		return nil
	}
	return m.Store.Put(ctx, r)
}
