// SPDX-License-Identifier: Apache-2.0

// Command natsserver is nats-server, for tests that want to stop and start one.
//
//	natsserver -c FILE
//
// It takes the flags of nats-server. When it answers it prints one line, "READY nats://HOST:PORT". It ends when its standard input is
// closed: a parent that holds the other end of that pipe can die in any way and never leave a server behind.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "natsserver:", err)
		os.Exit(1)
	}
}

func run() error {
	flags := flag.NewFlagSet("natsserver", flag.ExitOnError)
	options, err := server.ConfigureOptions(flags, os.Args[1:], server.PrintServerAndExit, flags.Usage, server.PrintTLSHelpAndDie)
	if err != nil {
		return err
	}
	s, err := server.NewServer(options)
	if err != nil {
		return err
	}
	s.ConfigureLogger()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	go s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		return fmt.Errorf("not ready within 30 seconds")
	}
	fmt.Println("READY", s.ClientURL())
	s.WaitForShutdown()
	return nil
}
