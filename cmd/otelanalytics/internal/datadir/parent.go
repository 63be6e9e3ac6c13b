// SPDX-License-Identifier: Apache-2.0

package datadir

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Setting returns the setting of a store that works on what a data directory stands for: with eventstore.DirAuto where processes
// have their directories below it.
func Setting(dir string) (string, error) {
	parent, auto := eventstore.ParentDir(dir)
	if auto {
		return dir, nil
	}
	dirs, err := eventstore.DataDirs(parent)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(dirs, func(d eventstore.DataDir) bool { return d.Process }) {
		return eventstore.DirAuto + ":" + parent, nil
	}
	return dir, nil
}

// One returns the one data directory that dir stands for. Where it stands for those of several processes, the error lists them.
func One(dir string) (string, error) {
	parent, _ := eventstore.ParentDir(dir)
	dirs, err := eventstore.DataDirs(parent)
	if err != nil || len(dirs) == 0 {
		return parent, nil // whoever looks there says what is wrong
	}
	if len(dirs) == 1 {
		return dirs[0].Path, nil
	}
	var list strings.Builder
	for _, d := range dirs {
		state := "no process has it open"
		if d.Held {
			state = fmt.Sprintf("process %d has it open", d.Holder)
		}
		fmt.Fprintf(&list, "\n  %s (%s)", d.Path, state)
	}
	return "", fmt.Errorf("%s has the data directories of %d processes; name one of them:%s", parent, len(dirs), &list)
}
