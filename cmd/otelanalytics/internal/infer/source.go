// SPDX-License-Identifier: Apache-2.0

package infer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventstream"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/observe"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// look is one pass over events.
type look struct {
	*settings

	observed *observe.Observed
	shape    shape
	skipped  int64  // what is no event
	unit     string // what that is: line or document
}

func newLook(s *settings) *look {
	return &look{settings: s, observed: observe.New(), shape: newShape(s.typeField, s.dataField, s.userField)}
}

// add looks at one object.
func (l *look) add(doc bson.Raw) error {
	e, ok := l.shape.of(doc)
	switch {
	case !ok && l.typeField != "":
		return &broken{"has no text in " + l.typeField + "; --type-field names where the event type is"}
	case !ok:
		return &broken{"has no event type: no text in event_type, event, event_name or type; --type-field names another field"}
	case l.types != nil && !slices.Contains(l.types, e.eventType), !chosen(doc, l.sample):
		return nil
	}
	return l.observed.Add(e.eventType, e.user, e.data)
}

// file reads events from a file, or from the standard input.
func (l *look) file(cmd *cobra.Command, path string) error {
	name, in, size := path, cmd.InOrStdin(), int64(-1)
	if path == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		in = f
	}
	bar := cli.NewProgress(cmd, size, "reading bytes")
	defer bar.Done()
	l.observed.Extended, l.unit = true, "line"
	from, err := newLines(&counting{in, bar})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for {
		doc, err := from.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = l.add(doc)
		}
		var wrong *broken
		switch {
		case err == nil:
		case errors.As(err, &wrong) && l.skipBroken:
			l.skipped++
		case errors.As(err, &wrong):
			return fmt.Errorf("%s:%d: the line %s (--skip-broken leaves out such lines)", name, from.number, wrong.problem)
		default:
			return fmt.Errorf("%s:%d: %w", name, from.number, err)
		}
		if cmd.Context().Err() != nil {
			return errors.New("interrupted")
		}
	}
}

// counting shows how much was read.
type counting struct {
	io.Reader

	bar *cli.Progress
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bar.Add(n)
	return n, err
}

// mongodb reads events from a deployment.
func (l *look) mongodb(cmd *cobra.Command, c config.Config) error {
	ctx := cmd.Context()
	l.unit = "document"
	db, err := connect.MongoDB(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &eventstream.Stream{
		DB: db, Field: eventdoc.FieldTime, Types: l.types, Unordered: true, Always: l.span.From().IsZero() && l.span.To().IsZero(),
		Users: true,
	}
	from, to := l.times()
	total, err := s.Count(ctx, from, to)
	if err != nil {
		return err
	}
	bar := cli.NewProgress(cmd, total, "reading")
	defer bar.Done()
	return l.stream(ctx, s, from, to, bar)
}

// stream reads the documents of a span of time.
func (l *look) stream(ctx context.Context, s *eventstream.Stream, from, to int64, bar *cli.Progress) error {
	return s.Each(ctx, from, to, func(doc bson.Raw) error {
		bar.Add(1)
		var wrong *broken
		err := error(&broken{"is not BSON"})
		if valid(doc) {
			err = l.add(eventdoc.PlainDocument(doc))
		}
		if errors.As(err, &wrong) {
			l.skipped++ // the document of another tool in the same collection, perhaps
			return nil
		}
		return err
	})
}

// times returns the span in milliseconds; a side that is not given is open.
func (l *look) times() (from, to int64) {
	const first, last = -62_135_596_800_000, 253_402_300_800_000 // the years 1 and 10000
	from, to = first, last
	if t := l.span.From(); !t.IsZero() {
		from = t.UnixMilli()
	}
	if t := l.span.To(); !t.IsZero() {
		to = t.UnixMilli()
	}
	return from, to
}

// base returns the name of a file for a comment.
func base(path string) string {
	if path == "-" {
		return "standard input"
	}
	return filepath.Base(path)
}
