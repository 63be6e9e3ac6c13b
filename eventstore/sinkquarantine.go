// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// sinkQuarantineFile is the name of a sink's quarantine within Config.Dir.
func sinkQuarantineFile(sink string) string { return "quarantine." + sink + ".jsonl" }

// sinkOfFile returns whose quarantine a file is, false for one that is no quarantine of a sink behind the first.
func sinkOfFile(name string) (sink string, is bool) {
	name, begins := strings.CutPrefix(name, "quarantine.")
	sink, ends := strings.CutSuffix(name, ".jsonl")
	return sink, begins && ends && isSinkName(sink)
}

// ReadSinkQuarantine is [ReadQuarantine] for the quarantine file of a sink of [Config].Sinks.
func ReadSinkQuarantine(dir, sink string) iter.Seq2[QuarantinedEvent, error] {
	return func(yield func(QuarantinedEvent, error) bool) {
		if _, err := os.Stat(dir); err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: data directory: %w", err))
			return
		}
		if !isSinkName(sink) {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: no sink has the name %q", sink))
			return
		}
		file, err := os.Open(filepath.Join(dir, sinkQuarantineFile(sink)))
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err == nil {
			defer file.Close()
			err = readLines(file, func([]byte) bool { return false }, yield)
		}
		if err != nil {
			yield(QuarantinedEvent{}, fmt.Errorf("eventstore: quarantine file: %w", err))
		}
	}
}

// QuarantinedSinks returns the names of the sinks that have a quarantine file in a data directory. They can be sinks of
// [Config].Sinks or of earlier processes.
func QuarantinedSinks(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("eventstore: data directory: %w", err)
	}
	for _, e := range entries {
		if name, is := sinkOfFile(e.Name()); is {
			names = append(names, name)
		}
	}
	return names, nil
}

// quarantineOf returns the quarantine of a sink, of the first one for an empty name. A sink that is not declared has one when
// there is a file.
func (s *Store) quarantineOf(sink string) (*quarantine, error) {
	if sink == "" {
		return s.quarantine, nil
	}
	if o := s.other(sink); o != nil {
		return o.quarantine, nil
	}
	file := sinkQuarantineFile(sink)
	if _, err := os.Stat(filepath.Join(s.config.Dir, file)); err != nil || !isSinkName(sink) || s.inMemory() {
		return nil, fmt.Errorf("eventstore: there is neither a sink %q nor a quarantine file of it", sink)
	}
	return newQuarantineIn(s.config.Dir, file), nil
}

// quarantines returns those of all sinks, of earlier processes' included.
func (s *Store) quarantines() (all []*quarantine, err error) {
	for _, o := range s.outlets() {
		all = append(all, o.quarantine)
	}
	if s.inMemory() {
		return all, nil
	}
	names, err := QuarantinedSinks(s.config.Dir)
	for _, name := range names {
		if s.other(name) == nil {
			all = append(all, newQuarantineIn(s.config.Dir, sinkQuarantineFile(name)))
		}
	}
	return all, err
}
