// SPDX-License-Identifier: Apache-2.0

package mongostore

import "github.com/otelanalytics/otelanalytics-go/eventstore"

var _ eventstore.Destined = (*Sink)(nil)

// Destination names the database and the collection. It does not contain the hosts: a deployment may move to others.
func (s *Sink) Destination() string {
	return s.connection.destination()
}

func (c *connection) destination() string {
	return name + " " + c.config.Database + "." + c.config.Collection
}
