// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// checkUniques looks whether the sketches of distinct users can be read, with the key of the services.
func checkUniques(ctx context.Context, d *deployment) finding {
	var metrics []uniques.Metric
	if d.events != nil {
		metrics = uniques.FromMap(d.events)
	}
	reader, err := connect.Reader(d.config)
	if err != nil {
		return failed("%v", err)
	}
	defer reader.Close()
	there, err := reader.Records().List(ctx, "", time.Time{}, time.Time{})
	name := d.config.Database + "." + d.config.Collection + mongostore.UniquesSuffix
	switch {
	case err != nil:
		return d.denied(failed("%v", err), err, "allow the account to read "+name+", and the collection of the same name with _data")
	case len(metrics) == 0 && len(there) == 0:
		return ok("no distinct users are counted")
	case len(metrics) == 0:
		return ok("%s of sketches, and no event map says what they are", cli.Counted(len(there), "record"))
	case d.config.UniquesKey == "":
		return warning("the map declares %s of distinct users, and there is no key to read sketches with", cli.Counted(len(metrics), "metric")).
			advise("set OTELANALYTICS_UNIQUES_KEY, or uniques_key, to the key of the services")
	}
	counter, err := uniques.New(uniques.Config{
		Metrics: metrics, Key: []byte(d.config.UniquesKey), Records: reader.Records(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return failed("%v", err)
	}
	numbers, err := counter.Numbers(ctx)
	if err != nil {
		return failed("%v", err)
	}
	if damaged := counter.Stats().Damaged; damaged > 0 {
		return warning("%s of sketches cannot be read: damaged, or of another key", cli.Counted(damaged, "record")).
			advise("give every service the same OTELANALYTICS_UNIQUES_KEY; then count their time again: otelanalytics uniques rebuild --from … --to …")
	}
	return ok("%s in %s of sketches", cli.Counted(len(numbers), "number"), cli.Counted(len(there), "record"))
}
