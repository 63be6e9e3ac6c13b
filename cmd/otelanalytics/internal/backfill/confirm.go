// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// mayWrite asks the receiver, and then a person, whether old samples may be sent.
func mayWrite(cmd *cobra.Command, to *url.URL, from time.Time, yes bool) error {
	age, known := window(cmd.Context(), to)
	if needed := time.Since(from); known && age < needed {
		return cli.Failedf(`%s takes samples that are at most %s old (storage.tsdb.out_of_order_time_window), and these begin %s ago.
Set it to more in prometheus.yml, or write files without --remote-write: promtool makes blocks of them, whatever their age`,
			promapi.Shown(to), age, cli.Age(needed))
	}
	if yes {
		return nil
	}
	question := fmt.Sprintf("This sends samples from %s on to %s. They cannot be taken back one by one.\nType yes to continue: ",
		from.UTC().Format(time.RFC3339), promapi.Shown(to))
	line, err := cli.Ask(cmd, "send samples to "+promapi.Shown(to), question)
	if err != nil {
		return fmt.Errorf("%w; nothing was sent", err)
	}
	if strings.TrimSpace(line) != "yes" {
		return errors.New("that is not yes; nothing was sent")
	}
	return nil
}
