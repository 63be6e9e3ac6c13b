// SPDX-License-Identifier: Apache-2.0

// Package natstest gives a test servers of NATS with JetStream, as processes on 127.0.0.1.
//
//	cluster := natstest.Start(t, 3)
//	sink, err := natsstore.NewSink(natsstore.Config{URL: cluster.URL()})
//	…
//	cluster.Server(0).Kill()  // as kill -9 does
//	cluster.Server(0).Start() // same port, same files
//
// The program is nats-server, built from the module tests/engines, so that this module does not depend on it. A server ends with its
// test, and also when the test process dies in any other way.
package natstest
