// SPDX-License-Identifier: Apache-2.0

// Package calls says what rules and dashboards have to know of gRPC calls.
package calls

const (
	// Entry is the entry of a map that package grpcinstr records into: a service with it has a gRPC server.
	Entry = "rpc"
	// ServerErrors is a regular expression for the statuses that OpenTelemetry's semantic conventions for gRPC call errors of
	// the server, but for UNIMPLEMENTED: anybody can call a method that is not there.
	ServerErrors = "DATA_LOSS|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|UNKNOWN"
)
