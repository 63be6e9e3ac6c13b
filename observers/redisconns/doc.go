// SPDX-License-Identifier: Apache-2.0

// Package redisconns observes connections to Redis. It counts the connections of a go-redis client's pool. Where the
// map declares redis_server_connections, it also reports all connections that the server has.
//
//	observers.WithSources(redisconns.Source(redisClient))
//
// The map declares the gauge redis_connections.
package redisconns
