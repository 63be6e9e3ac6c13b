// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/livepage"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/mongodbconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
	"github.com/otelanalytics/otelanalytics-go/uniques/mongouniques"
)

// serviceName is that of documents and metrics, unless OTEL_SERVICE_NAME says another.
const serviceName = "otelanalytics-collect"

// pageKeyFile has the key of the browsers that see the live page.
const pageKeyFile = "livepage.key"

// service is the SDK, set up, with the doors.
type service struct {
	telemetry *telemetry.SDK
	client    *otelanalytics.Client
	observers *observers.Observers
	doors     *ingest.Handler
	inForce   ingest.Config // what doors keep to
	page      *livepage.Page
	logger    *slog.Logger
}

// open opens everything that takes and keeps events. Nothing is left running when it fails.
func open(ctx context.Context, cfg config.Config, logger *slog.Logger) (s *service, err error) {
	m, err := eventMap(cfg)
	if err != nil {
		return nil, err
	}
	doors, err := ingest.FromConfig(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.URI == "" {
		return nil, errors.New("no MongoDB is named; set mongodb.uri in the file of --config, or OTELANALYTICS_MONGODB_URI")
	}
	s = &service{logger: logger}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.shutdown(ctx))
			s = nil
		}
	}()
	s.telemetry, err = telemetry.Setup(ctx, telemetry.WithEventMap(m), telemetry.WithServiceName(serviceName), telemetry.WithLogger(logger))
	if err != nil {
		return s, err
	}
	pool := mongodbconns.NewPool()
	storeConfig := mongostore.FromConfig(cfg)
	storeConfig.BatchSize = batchSize(cfg)
	storeConfig.Logger, storeConfig.Client = logger, options.Client().SetPoolMonitor(pool.Monitor(nil))
	users, err := mongouniques.Setup(&storeConfig, m, cfg, mongouniques.WithMeterProvider(s.telemetry.MeterProvider()))
	if err != nil {
		return s, err
	}
	store, err := mongostore.Open(ctx, storeConfig)
	if err != nil {
		return s, err
	}
	s.client, err = otelanalytics.New(m, otelanalytics.WithConfig(cfg), otelanalytics.WithStore(store),
		otelanalytics.WithMeterProvider(s.telemetry.MeterProvider()), otelanalytics.WithLoggerProvider(s.telemetry.LoggerProvider()),
		otelanalytics.WithResource(s.telemetry.Resource()), otelanalytics.WithLogger(logger))
	if err != nil {
		return s, errors.Join(err, store.Shutdown(ctx))
	}
	doors.MeterProvider = s.telemetry.MeterProvider()
	s.inForce = doors
	if s.doors, err = ingest.New(s.client, doors); err != nil {
		return s, err
	}
	sources := users.Sources("active_users")
	if _, declared := m.Metric(mongodbconns.Metric); declared {
		sources = append(sources, pool.Source())
	}
	s.observers, err = observers.Start(s.client.Module("observers"), observers.WithSources(sources...),
		observers.WithInterval(cfg.ObserversInterval), observers.WithSchedule(cfg.ObserverSchedule),
		observers.WithMeterProvider(s.telemetry.MeterProvider()), observers.WithLogger(logger))
	if err != nil {
		return s, err
	}
	s.page = livepage.Handler(s.client, pageOptions(cfg, s, store)...)
	return s, nil
}

func eventMap(cfg config.Config) (*eventmap.Map, error) {
	if cfg.EventMap == "" {
		return nil, errors.New("no event map is named; set event_map in the file of --config, or OTELANALYTICS_EVENT_MAP")
	}
	return eventmap.ParseFile(cfg.EventMap)
}

func pageOptions(cfg config.Config, s *service, store *mongostore.Store) []livepage.Option {
	all := []livepage.Option{
		livepage.WithMetrics(s.telemetry.MetricsHandler()), livepage.WithTimeline(store.Reader()), livepage.WithLogger(s.logger),
	}
	if cfg.Storage == eventstore.Disk && !strings.HasPrefix(cfg.Dir, eventstore.DirAuto) {
		all = append(all, livepage.WithKeyFile(filepath.Join(cfg.Dir, pageKeyFile)))
	}
	return all
}

// shutdown delivers what is pending, as long as ctx allows, and stops what open started. That an exporter reaches nobody is no reason to
// fail: the documents are complete.
func (s *service) shutdown(ctx context.Context) error {
	var errs []error
	if s.page != nil {
		s.page.Close()
	}
	if s.observers != nil {
		errs = append(errs, s.observers.Shutdown(ctx))
	}
	if s.client != nil {
		err := s.client.Shutdown(ctx)
		if errors.Is(err, otelanalytics.ErrPending) && !errors.Is(err, otelanalytics.ErrLost) {
			s.logger.Warn("events wait in the journal for the next start", "error", err)
			err = nil
		}
		errs = append(errs, err)
	}
	if s.telemetry != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), telemetryTimeout)
		defer cancel()
		if err := s.telemetry.Shutdown(ctx); err != nil {
			s.logger.Warn("the last metrics may not have been exported", "error", err)
		}
	}
	return errors.Join(errs...)
}
