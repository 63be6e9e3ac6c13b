// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// keys says what an idempotency key means in the map.
func keys(scope eventmap.KeyScope) string {
	var each []string
	if scope.User {
		each = append(each, "each user")
	}
	if scope.Service {
		each = append(each, "each service")
	}
	whose := "all users and services"
	if len(each) > 0 {
		whose = strings.Join(each, " of ")
	}
	return "An idempotency `Key` is one event of its type for " + whose + "."
}
