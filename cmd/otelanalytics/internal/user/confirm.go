// SPDX-License-Identifier: Apache-2.0

package user

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

var errNotConfirmed = errors.New("that is not the user's id; nothing was deleted")

// confirm has a person type the user's id. more says what else goes; it is empty, or ends in a new line. Without a terminal nobody can.
func confirm(cmd *cobra.Command, userID string, c config.Config, dir, more string) error {
	from := "the collection " + cli.Safe(c.Database+"."+c.Collection)
	if dir != "" {
		from += ", and the journal and the quarantine file in " + cli.Safe(dir)
	}
	question := fmt.Sprintf("This deletes all events of the user from %s.\n%sThis cannot be reverted.\nType the user's id to continue: ", from, more)
	line, err := cli.Ask(cmd, "delete", question)
	if err != nil {
		return fmt.Errorf("%w; nothing was deleted", err)
	}
	if line != userID {
		return errNotConfirmed
	}
	return nil
}
