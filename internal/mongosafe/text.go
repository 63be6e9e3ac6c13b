// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Text is what an error of a server or of the driver says, without what documents hold (a server's error about a document
// may quote it) and without what the connection string says in confidence.
func Text(err error, uri string) string {
	var bulk mongo.BulkWriteException
	var write mongo.WriteException
	var command mongo.CommandError
	var dns *ResolveError
	switch {
	case errors.As(err, &dns):
		return dns.Error()
	case errors.As(err, &bulk) && len(bulk.WriteErrors) > 0:
		return fmt.Sprintf("the server refused %d documents, the first with code %d", len(bulk.WriteErrors), bulk.WriteErrors[0].Code)
	case errors.As(err, &write) && len(write.WriteErrors) > 0:
		return fmt.Sprintf("the server refused with code %d", write.WriteErrors[0].Code)
	case errors.As(err, &command) && command.Code != 0:
		return fmt.Sprintf("the server answered with code %d (%s)", command.Code, command.Name)
	default:
		return withoutSecrets(err.Error(), uri)
	}
}

// withoutSecrets removes what a connection string says in confidence from a message of the driver: the
// user information and whatever else stands in it verbatim.
func withoutSecrets(message, uri string) string {
	message = strings.ReplaceAll(message, uri, "(connection string)")
	_, rest, _ := strings.Cut(uri, "://")
	if at := strings.LastIndexByte(rest, '@'); at > 0 {
		user := rest[:at]
		message = strings.ReplaceAll(message, user, "***")
		if _, password, ok := strings.Cut(user, ":"); ok && password != "" {
			message = strings.ReplaceAll(message, password, "***")
		}
	}
	return message
}
