// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
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
		return failed("%v", err).advise("correct the settings of mongodb")
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
		return ok("%s of sketches, but no event map that declares their metrics", cli.Counted(len(there), "record"))
	case !connect.HasUniquesKey(d.config):
		return warning("the map declares %s of distinct users, but there is no key to read sketches with", cli.Counted(len(metrics), "metric")).
			advise("set OTELANALYTICS_UNIQUES_KEY or OTELANALYTICS_UNIQUES_KEY_COLLECTION as in the services")
	}
	conf := uniques.Config{Metrics: metrics, Records: reader.Records(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	connect.UniquesKey(d.config, reader, &conf)
	counter, err := uniques.New(conf)
	if err != nil {
		return failed("%v", err).advise("correct uniques_key and the metrics of the event map")
	}
	numbers, err := counter.Numbers(ctx)
	if errors.Is(err, mongostore.ErrNoUniquesKey) {
		return warning("%v", err).advise("set uniques_key_collection as in the services; the first service that counts creates the key")
	}
	if err != nil {
		return d.denied(failed("%v", err), err, "allow the account to read "+name+", the collection of the same name with _data, and the key")
	}
	if damaged := counter.Stats().Damaged; damaged > 0 {
		return warning("%s of sketches cannot be read: damaged, or of another key", cli.Counted(damaged, "record")).
			advise("give every service the same OTELANALYTICS_UNIQUES_KEY; then count their time again: otelanalytics uniques rebuild --from … --to …")
	}
	return ok("%s in %s of sketches", cli.Counted(len(numbers), "number"), cli.Counted(len(there), "record"))
}
