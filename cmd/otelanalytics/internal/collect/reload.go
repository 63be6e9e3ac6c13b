// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// watcher takes over what can change while the collector runs. One goroutine has it.
type watcher struct {
	file   string // the configuration's; empty: none
	keys   []string
	cert   *certificate // nil: no TLS
	doors  *ingest.Handler
	client configurable
	logger *slog.Logger

	inForce ingest.Config // what doors keep to
	seen    fingerprint
}

// configurable is a client, whose switches and levels change.
type configurable interface {
	Configure(config.Runtime) error
}

// fingerprint tells whether files are as they were.
type fingerprint [sha256.Size]byte

// watch looks at the files at each tick, and reads them again when they changed, and at each signal, until ctx ends.
func (w *watcher) watch(ctx context.Context, signals <-chan os.Signal, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
			w.seen = w.fingerprint()
			w.reload()
		case <-ticks:
			if now := w.fingerprint(); now != w.seen {
				w.seen = now
				w.reload()
			}
		}
	}
}

// load reads the configuration, and returns what its files held before. So the watcher sees a change that is made while the collector
// starts, and has read the files already.
func load(file string) (cfg config.Config, before fingerprint, err error) {
	if cfg, err = config.LoadCollector(file); err != nil { // says which files there are
		return config.Config{}, fingerprint{}, err
	}
	w := watcher{file: file, keys: keyFiles(cfg)}
	if c := cfg.Collector; c.TLSCertFile != "" {
		w.cert = &certificate{certFile: c.TLSCertFile, keyFile: c.TLSKeyFile}
	}
	before = w.fingerprint()
	cfg, err = config.LoadCollector(file)
	return cfg, before, err
}

// fingerprint is of what the files hold: a time of change says nothing of a link that leads elsewhere.
func (w *watcher) fingerprint() fingerprint {
	h := sha256.New()
	add := func(path string) {
		text, err := os.ReadFile(path)
		of := sha256.Sum256(text)
		h.Write(of[:])
		if err != nil {
			h.Write([]byte(err.Error()))
		}
	}
	for _, path := range append([]string{w.file}, w.keys...) {
		if path == "" {
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil { // no directory
			add(path)
			continue
		}
		for _, e := range entries {
			h.Write([]byte(e.Name()))
			add(filepath.Join(path, e.Name()))
		}
	}
	if w.cert != nil {
		add(w.cert.certFile)
		add(w.cert.keyFile)
	}
	return fingerprint(h.Sum(nil))
}

// reload reads the files again. A mistake in one of them is logged, and changes nothing of what it says.
func (w *watcher) reload() {
	if w.cert != nil {
		if err := w.cert.load(); err != nil {
			w.logger.Error("the certificate stays as it is", "error", err)
		}
	}
	cfg, err := config.LoadCollector(w.file)
	var doors ingest.Config
	if err == nil {
		w.keys = keyFiles(cfg)
		doors, err = ingest.FromConfig(cfg)
	}
	if err == nil {
		err = w.doors.Reload(doors)
	}
	if err == nil {
		if err = w.client.Configure(cfg.Runtime()); err != nil {
			err = errors.Join(err, w.doors.Reload(w.inForce))
		}
	}
	if err != nil {
		w.logger.Error("the configuration stays as it is", "error", err)
		return
	}
	w.inForce = doors
	w.logger.Info("configuration loaded", "sources", len(doors.Sources), "metrics", !cfg.MetricsDisabled,
		"modules_disabled", cfg.DisabledModules, "events_disabled", cfg.DisabledEvents, "log_level", cfg.LogLevels.String())
}

// keyFiles are the files and directories that have keys of sources.
func keyFiles(cfg config.Config) (paths []string) {
	for _, s := range cfg.Ingest.Sources {
		if s.KeysFile != "" {
			paths = append(paths, s.KeysFile)
		}
	}
	return paths
}
