// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/examples/internal/embedded"
)

// startMongoDB starts the embedded server as a process of its own, so that its
// CPU time is not the SDK's. It ends when stop is called, and with this process.
func startMongoDB(dir string) (uri string, stop func(), err error) {
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(program, "-serve", dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = in.Close()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	uri, ready := strings.CutPrefix(strings.TrimSpace(line), "READY ")
	if !ready {
		stop()
		return "", nil, fmt.Errorf("the embedded server did not start: %q, %w", line, err)
	}
	return uri, stop, nil
}

// serveMongoDB is the embedded server's process: until its standard input ends.
func serveMongoDB(ctx context.Context, dir string) error {
	server, err := embedded.Start(ctx, embedded.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer server.Stop()
	fmt.Println("READY", server.URI())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return nil
}
