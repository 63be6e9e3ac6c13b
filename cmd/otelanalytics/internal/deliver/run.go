// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

// scope names the instrumentation in metrics, as in a service.
const scope = "github.com/otelanalytics/otelanalytics-go"

// shutdownTimeout bounds what comes after patience: closing the store and the connections.
const shutdownTimeout = 5 * time.Second

// run delivers until the command's context ends.
func (s *settings) run(cmd *cobra.Command, c config.Config, open func() (source, error)) (err error) {
	if c.Storage == eventstore.Memory {
		return cli.Usagef("the configuration keeps events in memory (journal.storage, OTELANALYTICS_JOURNAL_STORAGE); deliver needs a disk for the quarantine file")
	}
	log := c.LogLevels.Logger(slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
	var m *eventmap.Map
	if s.mapFile != "" {
		if m, err = eventmap.ParseFile(s.mapFile); err != nil {
			return err
		}
	} else if s.validate {
		return cli.Usagef("--validator needs an event map; give --map")
	}
	prom, err := exporterprom.New()
	if err != nil {
		return err
	}
	options := []sdkmetric.Option{sdkmetric.WithReader(prom.Reader())}
	if m != nil {
		options = append(options, meterprovider.Options(m)...)
	}
	provider := sdkmetric.NewMeterProvider(options...)
	conf, users, err := s.storeConfig(c, m, log, provider)
	if err != nil {
		return err
	}
	from, err := open()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	store, err := mongostore.Open(ctx, conf)
	if err != nil {
		return errors.Join(err, from.Close(ctx))
	}
	ended := context.WithoutCancel(ctx)
	closing := func(f func(context.Context) error) {
		ctx, cancel := context.WithTimeout(ended, shutdownTimeout)
		defer cancel()
		err = errors.Join(err, f(ctx))
	}
	defer closing(provider.Shutdown)
	defer closing(from.Close)
	defer closing(store.Shutdown)
	known := newTypes(m)
	metrics := &measured{store: store, types: known, source: from, silent: untold(log), began: time.Now()}
	if err := metrics.register(provider.Meter(scope)); err != nil {
		return err
	}
	stopUniques, err := serveUniques(m, users, c, provider, log)
	if err != nil {
		return err
	}
	defer closing(stopUniques)
	if s.listen != "" {
		server, err := serve(s.listen, prom.Handler(), &probe{store: store, source: from})
		if err != nil {
			return fmt.Errorf("--listen: %w", err)
		}
		defer closing(server.Shutdown)
		log.Info("deliver: serves /metrics and /readyz", "address", server.Addr().String())
	}
	log.Info("deliver: begins", "from", from.Source(), "to", conf.Database+"."+conf.Collection)
	patience, stop := context.WithCancel(ended)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(s.patience, stop) })
	return newDeliverer(from, store, known, log).run(ctx, patience)
}

// storeConfig is the store's configuration, with what the map declares.
func (s *settings) storeConfig(c config.Config, m *eventmap.Map, log *slog.Logger, provider *sdkmetric.MeterProvider) (mongostore.Config, *mongouniques.Counting, error) {
	conf := mongostore.FromConfig(c)
	conf.JournalFull = eventstore.Block
	conf.Logger = log
	if m == nil {
		return conf, nil, nil
	}
	conf.EventMap = m
	if s.validate {
		v, err := validator.New(m)
		if err != nil {
			return conf, nil, err
		}
		conf.Validator = v
	}
	users, err := mongouniques.Setup(&conf, m, c, mongouniques.WithMeterProvider(provider))
	return conf, users, err
}
