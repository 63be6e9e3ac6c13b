// SPDX-License-Identifier: Apache-2.0

// Package testserver builds a server's program from one of this repository's modules, and runs it as a process for a test. The root
// module so depends on no server.
//
//	program, err := testserver.Build("ferretdb", "examples", "./internal/cmd/ferretdb")
//	process, uri, err := testserver.Start(exec.Command(program, "-dir", dir))
//
// A program prints one line, READY and what its clients need to know, once it answers. It ends when its standard input is closed, so
// that it does not outlive the test, however that dies.
package testserver
