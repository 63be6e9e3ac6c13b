// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// without reports whether the server refused a command to somebody who did not say who they are.
func (d *deployment) without(err error) bool {
	const unauthorized, authenticationFailed = 13, 18
	var command mongo.CommandError
	return errors.As(err, &command) && slices.Contains([]int32{unauthorized, authenticationFailed}, command.Code) &&
		!mongosafe.HasCredentials(string(d.config.URI))
}

// denied adds to a finding about an error what to do about it: credentials, where there are none, or else what the account
// lacks.
func (d *deployment) denied(f finding, err error, allow string) finding {
	if !d.without(err) {
		return f.advise("%s", allow)
	}
	f.text = hosts(d.config) + " requires credentials, and mongodb.uri has none: " + f.text
	return f.advise("put user and password into mongodb.uri, or into OTELANALYTICS_MONGODB_URI")
}
