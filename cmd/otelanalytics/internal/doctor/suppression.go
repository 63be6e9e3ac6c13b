// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

func checkSuppression(ctx context.Context, d *deployment) finding {
	reader, err := connect.Reader(d.config)
	if err != nil {
		return failed("%v", err)
	}
	defer reader.Close()
	n, err := reader.SuppressedUsers(ctx)
	switch {
	case errors.Is(err, mongostore.ErrSuppressKey):
		return failed("%v", err).advise("set OTELANALYTICS_SUPPRESS_KEY, or suppress_key, to the same key in every service, and here")
	case err != nil:
		return d.denied(failed("%v", err), err, "allow the account to read "+d.config.Database+"."+d.config.Collection+mongostore.SuppressedSuffix)
	case n == 0 && d.config.SuppressKey == "":
		return ok("no user is suppressed, and no key for suppression is configured")
	default:
		return ok("%s on the list", cli.Counted(n, "user"))
	}
}
