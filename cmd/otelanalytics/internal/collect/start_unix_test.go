// SPDX-License-Identifier: Apache-2.0

//go:build unix

package collect

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestChangeWhileItStarts: a key that is removed after the configuration was read, and before the collector serves, is refused soon.
func TestChangeWhileItStarts(t *testing.T) {
	c := prepare(t, web())
	pipe := filepath.Join(c.dir, "events.pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	c.edit("events.yaml", "events.pipe")
	wrote := make(chan error, 1)
	go func() {
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0) // returns when the collector reads the map, after its configuration
		if err == nil {
			c.edit(hash(webKey), hash("another"))
			_, err = f.WriteString(mapText)
			_ = f.Close() // what it could not write is an error above
		}
		wrote <- err
	}()
	c.start()
	if err := <-wrote; err != nil {
		t.Fatal(err)
	}
	const event = `{"event_type":"page"}`
	if status := c.send(webKey, event); status != 200 {
		t.Errorf("before the files are looked at: %d; the test does not show what it is for", status)
	}
	c.tick()
	if got := [2]int{c.send(webKey, event), c.send("another", event)}; got != [2]int{401, 200} {
		t.Errorf("the removed key and the new one: %v", got)
	}
	c.stop()
}
