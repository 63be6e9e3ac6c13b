// SPDX-License-Identifier: Apache-2.0

package redisconns

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/otelanalytics/otelanalytics-go/observers"
)

const (
	// Metric is the gauge of the connections of the pool, idle and in use.
	Metric = "redis_connections"
	// ServerMetric is the gauge of connected_clients of the server's INFO: all that it has open, of whomever. Of a
	// cluster it is that of one of the nodes.
	ServerMetric = "redis_server_connections"
)

// errUnsaid: the server does not say.
var errUnsaid = errors.New("the server's INFO has no connected_clients")

// Source returns the source: each reading asks the server for INFO, so that a server that is away shows in
// otelanalytics.observer.up. A server that answers and has no INFO, or does not allow it to this user, leaves out
// redis_server_connections alone.
func Source(client redis.UniversalClient) observers.Source {
	return observers.Source{
		Name: "redis_connections", Metrics: []string{Metric}, Optional: []string{ServerMetric},
		Read: func(ctx context.Context, set observers.SetFunc) error {
			info, err := client.Info(ctx, "clients").Result()
			if err != nil && !withoutInfo(err) {
				return err
			}
			set(Metric, float64(client.PoolStats().TotalConns))
			if n, failed := connected(info); err == nil && failed == nil {
				set(ServerMetric, float64(n))
			}
			return nil
		},
	}
}

// withoutInfo reports whether the server refused the command INFO, and not the connection.
func withoutInfo(err error) bool {
	var answer redis.Error
	return errors.As(err, &answer) && (strings.HasPrefix(answer.Error(), "ERR ") || strings.HasPrefix(answer.Error(), "NOPERM "))
}

// connected finds connected_clients in the answer to INFO.
func connected(info string) (int64, error) {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "connected_clients:"); ok {
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				return n, nil
			}
		}
	}
	return 0, errUnsaid
}
