// SPDX-License-Identifier: Apache-2.0

// Package testserver builds a server's program from a module of this repository, and runs it as a process for a test.
// The root module therefore depends on no server.
//
//	program, err := testserver.Build("ferretdb", "examples", "./internal/cmd/ferretdb")
//	process, uri, err := testserver.Start(exec.Command(program, "-dir", dir))
//
// A program prints one line once it answers: READY, and the address or other data that its clients need. It ends when its standard
// input is closed, so it never outlives the test, even when the test process is killed.
package testserver
