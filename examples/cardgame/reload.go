// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// reloadOnHangup has the client take the switches and log levels from the
// configuration whenever the process gets SIGHUP, until ctx ends. A
// configuration with a mistake is logged and changes nothing.
func reloadOnHangup(ctx context.Context, c flags, client *otelanalytics.Client, logger *slog.Logger) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hangups)
		for {
			select {
			case <-hangups:
			case <-ctx.Done():
				return
			}
			cfg, err := c.load()
			if err == nil {
				err = client.Configure(cfg.Runtime())
			}
			if err != nil {
				logger.Error("configuration not loaded", "error", err)
				continue
			}
			logger.Info("configuration loaded", "metrics", !cfg.MetricsDisabled, "modules_disabled", cfg.DisabledModules,
				"events_disabled", cfg.DisabledEvents, "log_level", cfg.LogLevels.String())
		}
	}()
}
