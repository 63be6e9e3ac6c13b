// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// residentMemory compares two processes that handled as many requests: a service that tracks each of them and has a page,
// into a server that acknowledges, and the same service without the SDK. Each is a program of its own, since code that is
// linked is resident, too, as far as it runs. It wants Linux, the go command, and this module as the working directory.
func residentMemory(b *run1) []Result {
	n := 1_000_000
	if b.quick {
		n = 100_000
	}
	var mebibytes [2]float64
	for i, name := range []string{"with", "without"} {
		program := filepath.Join(b.TempDir(), name)
		b.output("go", "build", "-o", program, "./internal/resident/"+name)
		kib, err := strconv.Atoi(b.output(program, "-uri", b.acknowledging(), "-dir", b.TempDir(), "-events", strconv.Itoa(n)))
		b.must(err)
		mebibytes[i] = float64(kib) / 1024
	}
	return []Result{figure("resident", "MiB", mebibytes[0]-mebibytes[1], 16)}
}

// output runs a command, and returns what it prints.
func (b *run1) output(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if failed, ok := err.(*exec.ExitError); ok {
		b.Fatal(fmt.Sprintf("%s: %v: %s", name, err, failed.Stderr))
	}
	b.must(err)
	return strings.TrimSpace(string(out))
}
