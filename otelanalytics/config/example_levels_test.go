// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func ExampleLevels() {
	levels, err := config.ParseLevels("warn,journal=debug,user_management=error")
	if err != nil {
		fmt.Println(err)
		return
	}
	withoutTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	logger := slog.New(levels.Handler(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime})))
	journal, users := logger.With("subsystem", "journal"), logger.With("module", "user_management")

	logger.Info("left out")
	journal.Debug("a segment was rotated")
	users.Warn("left out")
	if err := levels.Set("user_management", "warn"); err != nil { // while the service runs
		fmt.Println(err)
	}
	users.Warn("a field is missing")

	// Output:
	// level=DEBUG msg="a segment was rotated" subsystem=journal
	// level=WARN msg="a field is missing" module=user_management
}
